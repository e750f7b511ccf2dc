package main

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// configured is a whole configuration in a file, and the address of its front.
func configured(t *testing.T, upstream string, child *ChildConfig) (string, string) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	crt, key, _ := certificate(t)
	config := Config{Child: child, Fronts: []FrontConfig{{
		Name: "api", Listen: []string{address}, Certificate: crt, Key: key, Upstream: upstream, Ready: "/ready",
		Clients: []ClientConfig{{
			Name: "a", Scheme: bearer, HashFile: file(t, "hash", sha256Of("x")), Allow: []AllowConfig{{[]string{"*"}, []string{"/*"}}},
		}},
	}}}
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "door.json", string(text)), address
}

// ended is what run comes back with, in the time that a test may take.
func ended(t *testing.T, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("the door does not end")
		return nil
	}
}

func start(t *testing.T, child ChildConfig) (<-chan error, *lockedBuffer) {
	t.Helper()
	path, _ := configured(t, "http://127.0.0.1:1", &child)
	output := &lockedBuffer{}
	done := make(chan error, 1)
	go func() { done <- run(path, output) }()
	return done, output
}

func waitFor(t *testing.T, output *lockedBuffer, text string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(output.String(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%q is not in %s", text, output.String())
		}
	}
}

func TestEndsWhenTheChildEnds(t *testing.T) {
	for script, reason := range map[string]string{"exit 0": "exit status 0", "exit 3": "exit status 3", "kill -9 $$": "signal: killed"} {
		done, _ := start(t, ChildConfig{Command: []string{"sh", "-c", script}})
		if err := ended(t, done); err == nil || !strings.Contains(err.Error(), reason) {
			t.Errorf("%s: %v", script, err)
		}
	}
}

func TestStopsTheChild(t *testing.T) {
	done, output := start(t, ChildConfig{Command: []string{"sh", "-c", "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done"}})
	waitFor(t, output, `"up"`)
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	if err := ended(t, done); err != nil {
		t.Error(err)
	}
	waitFor(t, output, `"bye"`)
}

func TestKillsAChildThatDoesNotStop(t *testing.T) {
	done, output := start(t, ChildConfig{GraceSeconds: 1, Command: []string{"sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"}})
	waitFor(t, output, `"up"`)
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	if err := ended(t, done); err != nil {
		t.Error(err)
	}
}

func TestPassesOutputOnAsJSON(t *testing.T) {
	secret := file(t, "secret", "from a file\n")
	done, output := start(t, ChildConfig{
		Command:          []string{"sh", "-c", `echo '{"already":"json"}'; echo "level=WARN $A" >&2; echo "[GIN] x"; echo "$B"; echo {broken; exit 1`},
		Environment:      map[string]string{"A": "plain"},
		EnvironmentFiles: map[string]string{"B": secret},
		SkipLines:        `^\[GIN\]`,
	})
	_ = ended(t, done)
	for _, part := range []string{`{"already":"json"}` + "\n", `"level":"WARN","msg":"level=WARN plain","source":"sh","stream":"stderr"`, `"msg":"from a file"`, `"msg":"{broken"`} {
		waitFor(t, output, part)
	}
	if strings.Contains(output.String(), "GIN") {
		t.Error("a line that is to be skipped is there")
	}
	for line := range strings.Lines(output.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

func TestCutsLinesThatNeverEnd(t *testing.T) {
	done, output := start(t, ChildConfig{Command: []string{"sh", "-c", "head -c 200000 /dev/zero | tr '\\0' x; echo end"}})
	_ = ended(t, done)
	waitFor(t, output, "end")
	for line := range strings.Lines(output.String()) {
		if len(line) > 2*longestLine {
			t.Errorf("a line of %d bytes", len(line))
		}
	}
}

func TestHealthProbe(t *testing.T) {
	healthy := true
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !healthy || r.URL.Path != "/ready" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer upstream.Close()
	path, address := configured(t, upstream.URL, nil)
	if err := check(path); err == nil || !strings.Contains(err.Error(), address) {
		t.Errorf("nobody listens, and the probe says %v", err)
	}
	done := make(chan error, 1)
	output := &lockedBuffer{}
	go func() { done <- run(path, output) }()
	waitFor(t, output, "listening")
	for _, target := range []string{path, upstream.URL + "/ready"} {
		if err := check(target); err != nil {
			t.Error(err)
		}
	}
	other, _ := configured(t, upstream.URL, nil)
	text, _ := os.ReadFile(other)
	var config Config
	_ = json.Unmarshal(text, &config)
	config.Fronts[0].Listen = []string{address}
	text, _ = json.Marshal(config)
	if err := check(file(t, "other.json", string(text))); err == nil {
		t.Error("another certificate than the one on file is fine with the probe")
	}
	healthy = false
	for _, target := range []string{path, upstream.URL + "/ready"} {
		if check(target) == nil {
			t.Errorf("%s: the upstream is ill, and the probe is content", target)
		}
	}
	_ = syscall.Kill(os.Getpid(), syscall.SIGTERM)
	_ = ended(t, done)
}

func TestRefusesAWrongConfiguration(t *testing.T) {
	front := `{"name":"a","listen":["127.0.0.1:0"],"certificate":"c","key":"k","upstream":"http://127.0.0.1:1",
		"clients":[{"name":"x","scheme":"bearer","hashFile":"h","allow":[{"methods":["GET"],"paths":["/"]}]}]}`
	if _, err := LoadConfig(file(t, "door.json", `{"fronts":[`+front+`]}`)); err != nil {
		t.Fatal(err)
	}
	for title, each := range map[string][2]string{
		"an unknown word":          {`"name":"a"`, `"name":"a","nane":"a"`},
		"no clients":               {`"clients":[{"name":"x","scheme":"bearer","hashFile":"h","allow":[{"methods":["GET"],"paths":["/"]}]}]`, `"clients":[]`},
		"an upstream elsewhere":    {`http://127.0.0.1:1`, `http://10.0.0.1:1`},
		"an upstream with a name":  {`http://127.0.0.1:1`, `http://localhost:1`},
		"no certificate":           {`"certificate":"c"`, `"certificate":""`},
		"an unknown scheme":        {`"scheme":"bearer"`, `"scheme":"none"`},
		"a star in the middle":     {`"paths":["/"]`, `"paths":["/*/x"]`},
		"nothing allowed":          {`"allow":[{"methods":["GET"],"paths":["/"]}]`, `"allow":[]`},
		"clients of nobody":        {`"name":"a"`, `"name":"a","authentication":"upstream"`},
		"an unknown kind":          {`"name":"a"`, `"name":"a","metrics":{"path":"/metrics","kind":"x"}`},
		"nowhere to listen":        {`"listen":["127.0.0.1:0"]`, `"listen":[]`},
		"a client without a hash":  {`"hashFile":"h"`, `"hashFile":""`},
		"an unknown authenticator": {`"name":"a"`, `"name":"a","authentication":"none"`},
	} {
		if !strings.Contains(front, each[0]) {
			t.Fatalf("%s: nothing to change", title)
		}
		text := `{"fronts":[` + strings.Replace(front, each[0], each[1], 1) + `]}`
		if _, err := LoadConfig(file(t, "door.json", text)); err == nil {
			t.Errorf("%s is accepted", title)
		}
	}
	for _, hash := range []string{"", "password", "deadbeef"} {
		if _, err := loadClients([]ClientConfig{{Name: "x", HashFile: file(t, "hash", hash)}}); err == nil {
			t.Errorf("the hash %q is accepted", hash)
		}
	}
}
