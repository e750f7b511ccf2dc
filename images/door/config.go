package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
)

// Config is the file that the door is given. README.md says what each field means.
type Config struct {
	Child  *ChildConfig  `json:"child"`
	Fronts []FrontConfig `json:"fronts"`
}

// ChildConfig says which server the door starts, and with what.
type ChildConfig struct {
	Command          []string          `json:"command"`
	Environment      map[string]string `json:"environment"`
	EnvironmentFiles map[string]string `json:"environmentFiles"`
	// SkipLines drops the lines of output that match, such as an access log that repeats the door's own.
	SkipLines    string `json:"skipLines"`
	GraceSeconds int    `json:"graceSeconds"`
}

// FrontConfig is one HTTP server on the loopback address and how it is shown to the network.
type FrontConfig struct {
	Name           string         `json:"name"`
	Listen         []string       `json:"listen"`
	Certificate    string         `json:"certificate"`
	Key            string         `json:"key"`
	Upstream       string         `json:"upstream"`
	Protocol       string         `json:"protocol"`
	Ready          string         `json:"ready"`
	Authentication string         `json:"authentication"`
	Clients        []ClientConfig `json:"clients"`
	Metrics        *MetricsConfig `json:"metrics"`
}

// ClientConfig is one client: how it shows who it is, and what it may ask.
type ClientConfig struct {
	Name     string        `json:"name"`
	Scheme   string        `json:"scheme"`
	Username string        `json:"username"`
	HashFile string        `json:"hashFile"`
	Allow    []AllowConfig `json:"allow"`
}

// AllowConfig allows each of the methods on each of the paths.
type AllowConfig struct {
	Methods []string `json:"methods"`
	Paths   []string `json:"paths"`
}

// MetricsConfig is where the door shows its own metrics, and whether it reads Ollama's answers for them.
type MetricsConfig struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
}

const (
	byDoor     = "door"
	byUpstream = "upstream"
	bearer     = "bearer"
	basic      = "basic"
	kindHTTP   = "http"
	kindOllama = "ollama"
)

// LoadConfig reads the file, refuses words that it does not know, and names every mistake at once.
func LoadConfig(path string) (*Config, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var config Config
	if err := decoder.Decode(&config); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	config.setDefaults()
	if err := config.validate(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return &config, nil
}

func (c *Config) setDefaults() {
	if c.Child != nil && c.Child.GraceSeconds == 0 {
		c.Child.GraceSeconds = 15
	}
	for i := range c.Fronts {
		front := &c.Fronts[i]
		if front.Protocol == "" {
			front.Protocol = protocolHTTP
		}
		if front.Authentication == "" {
			front.Authentication = byDoor
		}
		if front.Metrics != nil && front.Metrics.Kind == "" {
			front.Metrics.Kind = kindHTTP
		}
		for j := range front.Clients {
			if client := &front.Clients[j]; client.Username == "" {
				client.Username = client.Name
			}
		}
	}
}

func (c *Config) validate() error {
	var problems []error
	say := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if c.Child != nil {
		if len(c.Child.Command) == 0 {
			say("child.command is empty")
		}
		if _, err := regexp.Compile(c.Child.SkipLines); err != nil {
			say("child.skipLines: %w", err)
		}
	}
	if len(c.Fronts) == 0 {
		say("fronts is empty")
	}
	for i := range c.Fronts {
		c.Fronts[i].validate(func(format string, args ...any) {
			say(fmt.Sprintf("fronts[%d] ", i)+format, args...)
		})
	}
	return errors.Join(problems...)
}

func (f *FrontConfig) validate(say func(format string, args ...any)) {
	if f.Name == "" {
		say("has no name")
	}
	if len(f.Listen) == 0 {
		say("has no listen address")
	}
	if f.Certificate == "" || f.Key == "" {
		say("has no certificate or no key: the door never speaks plain HTTP to the network")
	}
	if !onLoopback(f.Upstream) {
		say("has an upstream that is no http://127.0.0.1:port: %q", f.Upstream)
	}
	if f.Protocol != protocolHTTP && f.Protocol != protocolGRPC {
		say("has a protocol that is neither %q nor %q: %q", protocolHTTP, protocolGRPC, f.Protocol)
	}
	switch f.Authentication {
	case byDoor:
		if len(f.Clients) == 0 {
			say("lets nobody in: it has no clients")
		}
	case byUpstream:
		if len(f.Clients) > 0 {
			say("has clients, and leaves authentication to the upstream")
		}
		if f.Metrics != nil {
			say("would show its metrics to anybody: it leaves authentication to the upstream")
		}
	default:
		say("has an authentication that is neither %q nor %q: %q", byDoor, byUpstream, f.Authentication)
	}
	if f.Metrics != nil && !slices.Contains([]string{kindHTTP, kindOllama}, f.Metrics.Kind) {
		say("has metrics of a kind that is neither %q nor %q: %q", kindHTTP, kindOllama, f.Metrics.Kind)
	}
	names := map[string]bool{}
	for _, client := range f.Clients {
		client.validate(say)
		if names[client.Name] {
			say("has two clients called %q", client.Name)
		}
		names[client.Name] = true
	}
}

func (c *ClientConfig) validate(say func(format string, args ...any)) {
	if c.Name == "" {
		say("has a client without a name")
	}
	if c.Scheme != bearer && c.Scheme != basic {
		say("client %q: scheme is neither %q nor %q: %q", c.Name, bearer, basic, c.Scheme)
	}
	if c.HashFile == "" {
		say("client %q has no hashFile", c.Name)
	}
	if len(c.Allow) == 0 {
		say("client %q is allowed nothing", c.Name)
	}
	for _, allow := range c.Allow {
		if len(allow.Methods) == 0 || len(allow.Paths) == 0 {
			say("client %q: allow needs methods and paths", c.Name)
		}
		for _, path := range allow.Paths {
			if !strings.HasPrefix(path, "/") || strings.Contains(strings.TrimSuffix(path, "*"), "*") {
				say("client %q: a path starts with / and has a * at its end only: %q", c.Name, path)
			}
		}
	}
}

func onLoopback(upstream string) bool {
	parsed, err := url.Parse(upstream)
	if err != nil || parsed.Scheme != "http" || parsed.Port() == "" || strings.Trim(parsed.Path, "/") != "" {
		return false
	}
	ip := net.ParseIP(parsed.Hostname())
	return ip != nil && ip.IsLoopback()
}
