package main

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	jupyter = "Bearer jupyter-token"
	trace   = "0af7651916cd43dd8448eb211c80319c"
)

func prometheusLogin(password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte("prometheus:"+password))
}

func TestLetsInWhoMay(t *testing.T) {
	reached := make(chan string, 100)
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ready" {
			reached <- r.Method + " " + r.URL.Path
		}
	}, nil)
	for _, each := range []struct {
		method, path, authorization string
		status                      int
	}{
		{"POST", "/api/generate", "", 401},
		{"POST", "/api/generate", "Bearer ", 401},
		{"POST", "/api/generate", "Bearer wrong", 401},
		{"POST", "/api/generate", "jupyter-token", 401},
		{"POST", "/api/generate", "Basic " + base64.StdEncoding.EncodeToString([]byte("jupyter:jupyter-token")), 401},
		{"POST", "/api/generate", "Bearer prometheus-password", 401},
		{"POST", "/api/generate", prometheusLogin("prometheus-password"), 403},
		{"GET", "/metrics", prometheusLogin("wrong"), 401},
		{"GET", "/metrics", jupyter, 403},
		{"GET", "/api/generate", jupyter, 403},
		{"POST", "/api/pull", jupyter, 403},
		{"POST", "/api/generate/more", jupyter, 403},
		{"POST", "/v1", jupyter, 403},
		{"POST", "/v1/../api/pull", jupyter, 400},
		{"POST", "/v1/%2e%2e/api/pull", jupyter, 400},
		{"POST", "/v1/..%2fapi/pull", jupyter, 400},
		{"POST", "//api/generate", jupyter, 400},
		{"POST", "/v1/..\\api", jupyter, 400},
		{"POST", "/api/generate", jupyter, 200},
		{"POST", "/api/generate?x=1", "bearer jupyter-token", 200},
		{"POST", "/v1/chat/completions", jupyter, 200},
		{"GET", "/metrics", prometheusLogin("prometheus-password"), 200},
		{"GET", "/metrics", prometheusLogin("prometheus-password"), 200},
		{"GET", "/metrics", prometheusLogin("wrong"), 401},
	} {
		status, body := b.send(each.method, each.path, each.authorization, "{}")
		if status != each.status {
			t.Errorf("%s %s as %q: %d instead of %d: %s", each.method, each.path, each.authorization, status, each.status, body)
		}
		if status >= 400 && len(reached) > 0 {
			t.Errorf("%s %s as %q: refused, and reached the upstream", each.method, each.path, each.authorization)
		}
		for len(reached) > 0 {
			<-reached
		}
	}
}

func TestSaysHowToShowACredential(t *testing.T) {
	b := newBench(t, nil, nil)
	response, err := b.client.Get(b.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got := fmt.Sprint(response.Header.Values("Www-Authenticate")); got != `[Bearer realm="api" Basic realm="api"]` {
		t.Error(got)
	}
}

func TestKeepsTheCredentialFromTheUpstream(t *testing.T) {
	seen := make(chan http.Header, 1)
	upstream := func(w http.ResponseWriter, r *http.Request) { seen <- r.Header.Clone() }
	if status, _ := newBench(t, upstream, nil).send("POST", "/api/generate", jupyter, "{}"); status != 200 {
		t.Fatal(status)
	}
	if header := <-seen; header.Get("Authorization") != "" || header.Get("X-Forwarded-Proto") != "https" {
		t.Error(header)
	}
	open := newBench(t, upstream, func(c *FrontConfig) { c.Authentication, c.Clients, c.Metrics = byUpstream, nil, nil })
	if status, _ := open.send("DELETE", "/anything", "Bearer its-own", ""); status != 200 {
		t.Fatal(status)
	}
	if header := <-seen; header.Get("Authorization") != "Bearer its-own" {
		t.Error(header)
	}
}

func TestPassesEachPieceOnAtOnce(t *testing.T) {
	next := make(chan bool)
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		// Of a known length, so that nothing but the door's own setting makes it flush.
		w.Header().Set("Content-Length", "6")
		for i := range 3 {
			fmt.Fprintf(w, "%d\n", i)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-next:
			case <-time.After(5 * time.Second):
				t.Error("a piece waits for the next one")
				return
			}
		}
	}, nil)
	request, _ := http.NewRequest("POST", b.url+"/api/generate", strings.NewReader("{}"))
	request.Header.Set("Authorization", jupyter)
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	lines := bufio.NewScanner(response.Body)
	for i := range 3 {
		if !lines.Scan() || lines.Text() != fmt.Sprint(i) {
			t.Fatalf("%q at %d", lines.Text(), i)
		}
		select {
		case next <- true:
		case <-time.After(5 * time.Second):
			t.Fatal("the upstream has given up")
		}
	}
}

func TestSpeaksTLS12AndNewer(t *testing.T) {
	b := newBench(t, nil, nil)
	transport, _ := b.client.Transport.(*http.Transport)
	config := transport.TLSClientConfig.Clone()
	config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	if _, err := tls.Dial("tcp", b.config.Listen[0], config); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
	if response, err := http.Get("http://" + b.config.Listen[0]); err == nil && response.StatusCode < 400 {
		t.Error("plain HTTP is spoken")
	}
}

func TestLogsWhoDidWhatAndNoSecret(t *testing.T) {
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("secret answer")) }, nil)
	request, _ := http.NewRequest("POST", b.url+"/api/generate?key=secret-query", strings.NewReader("secret prompt"))
	request.Header.Set("Authorization", jupyter)
	request.Header.Set("Traceparent", "00-"+trace+"-b7ad6b7169203331-01")
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	entry := b.logged(1)[0]
	want := map[string]any{
		"client": "jupyter", "front": "api", "method": "POST", "path": "/api/generate", "status": 200.0, "bytes": 13.0,
		"remote": "127.0.0.1", "trace_id": trace, "level": "INFO",
	}
	for key, value := range want {
		if entry[key] != value {
			t.Errorf("%s is %v", key, entry[key])
		}
	}
	for _, secret := range []string{"secret", "jupyter-token"} {
		if strings.Contains(b.log.String(), secret) {
			t.Errorf("%q is logged", secret)
		}
	}
}

func TestTellsWhenTheUpstreamIsGone(t *testing.T) {
	b := newBench(t, nil, func(c *FrontConfig) { c.Upstream = "http://127.0.0.1:1" })
	if status, body := b.send("POST", "/api/generate", jupyter, "{}"); status != 502 || !strings.Contains(body, "does not answer") {
		t.Error(status, body)
	}
	if up := b.metric(`door_upstream_up{front="api"}`); up != "0" {
		t.Errorf("up is %q", up)
	}
	if got := b.metric(`door_requests_total{client="jupyter",code="502",front="api",method="POST"}`); got != "1" {
		t.Errorf("%q requests", got)
	}
}

func TestShowsWhenItsCertificateEnds(t *testing.T) {
	b := newBench(t, func(http.ResponseWriter, *http.Request) {}, nil)
	var end float64
	if _, err := fmt.Sscan(b.metric(`door_certificate_not_after_timestamp_seconds{front="api"}`), &end); err != nil {
		t.Fatal(err)
	}
	if left := time.Until(time.Unix(int64(end), 0)); left < 50*time.Minute || left > time.Hour {
		t.Error(left)
	}
	if up := b.metric(`door_upstream_up{front="api"}`); up != "1" {
		t.Errorf("up is %q", up)
	}
}
