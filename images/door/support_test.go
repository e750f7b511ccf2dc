package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// file writes a file of the test's own and tells its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func sha256Of(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

func bcryptOf(t *testing.T, secret string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return string(hash)
}

// certificate for "server" and the loopback address; the paths of certificate and key, and who trusts it.
func certificate(t *testing.T) (string, string, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "server"}, DNSNames: []string{"server"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	keyDer, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(text))
	return file(t, "crt", text), file(t, "key", string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDer}))), pool
}

// bench is a door in front of an upstream of the test's own.
type bench struct {
	t      *testing.T
	url    string
	config FrontConfig
	log    *lockedBuffer
	client *http.Client
}

type lockedBuffer struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (b *lockedBuffer) Write(data []byte) (int, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.Write(data)
}

func (b *lockedBuffer) String() string {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	return b.text.String()
}

func newBench(t *testing.T, upstream http.HandlerFunc, change func(*FrontConfig)) *bench {
	t.Helper()
	server := httptest.NewServer(upstream)
	t.Cleanup(server.Close)
	crt, key, trust := certificate(t)
	config := FrontConfig{
		Name: "api", Listen: []string{"127.0.0.1:0"}, Certificate: crt, Key: key, Upstream: server.URL, Ready: "/ready",
		Clients: []ClientConfig{
			{Name: "jupyter", Scheme: bearer, HashFile: file(t, "a", sha256Of("jupyter-token")), Allow: []AllowConfig{
				{Methods: []string{"POST"}, Paths: []string{"/api/generate", "/v1/*"}},
			}},
			{Name: "prometheus", Scheme: basic, HashFile: file(t, "b", bcryptOf(t, "prometheus-password")), Allow: []AllowConfig{
				{Methods: []string{"GET"}, Paths: []string{"/metrics"}},
			}},
		},
		Metrics: &MetricsConfig{Path: "/metrics", Kind: kindOllama},
	}
	if change != nil {
		change(&config)
	}
	whole := Config{Fronts: []FrontConfig{config}}
	whole.setDefaults()
	if err := whole.validate(); err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, config: whole.Fronts[0], log: &lockedBuffer{}}
	f, err := newFront(b.config, slog.New(slog.NewJSONHandler(b.log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	listeners, err := f.listen()
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = f.server.ServeTLS(listeners[0], "", "") }()
	t.Cleanup(func() { _ = f.server.Close() })
	b.url = "https://" + listeners[0].Addr().String()
	b.config.Listen = []string{listeners[0].Addr().String()}
	b.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trust}}}
	return b
}

// send asks, and gives the status and the body.
func (b *bench) send(method, path, authorization, body string) (int, string) {
	b.t.Helper()
	request, err := http.NewRequest(method, b.url+path, strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// metric reads one series off the door's own metrics.
func (b *bench) metric(series string) string {
	b.t.Helper()
	request, _ := http.NewRequest("GET", b.url+"/metrics", nil)
	request.SetBasicAuth("prometheus", "prometheus-password")
	response, err := b.client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, series+" "); found {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// logged are the access log's entries, once there are as many.
func (b *bench) logged(count int) []map[string]any {
	b.t.Helper()
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var entries []map[string]any
		for line := range strings.Lines(b.log.String()) {
			var entry map[string]any
			if err := json.Unmarshal([]byte(line), &entry); err != nil {
				b.t.Fatal(fmt.Errorf("%q: %w", line, err))
			}
			if entry["msg"] == "request" {
				entries = append(entries, entry)
			}
		}
		if len(entries) >= count {
			return entries
		}
		if time.Now().After(deadline) {
			b.t.Fatalf("%d entries instead of %d", len(entries), count)
		}
	}
}
