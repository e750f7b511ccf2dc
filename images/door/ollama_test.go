package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answer serves one body with a type.
func answer(kind string, status int, pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		for _, piece := range pieces {
			_, _ = io.WriteString(w, piece)
			_ = http.NewResponseController(w).Flush()
		}
	}
}

const (
	ndjson  = "application/x-ndjson"
	counted = `"total_duration":5000000000,"load_duration":250000000,"prompt_eval_count":26,` +
		`"prompt_eval_duration":130000000,"eval_count":298,"eval_duration":4500000000`
)

func TestCountsTokensOfClientsAndModels(t *testing.T) {
	long := strings.Repeat("0.125,", 200_000)
	for title, each := range map[string]struct {
		path, ask         string
		upstream          http.HandlerFunc
		prompt, generated string
	}{
		"a stream": {"/api/generate", `{"model":"m"}`, answer(ndjson, 200,
			`{"model":"m","response":"a","done":false}`+"\n", `{"model":"m","response":"","done":true,`+counted+"}\n"), "26", "298"},
		"a long context at the end": {"/api/generate", `{"model":"m"}`, answer(ndjson, 200,
			`{"model":"m","done":true,"context":[`+long+`1],`+counted+"}\n"), "26", "298"},
		"no stream": {"/api/chat", `{"stream":false,"model":"m:latest"}`, answer("application/json", 200, `{"done":true,`+counted+`}`), "26", "298"},
		"embeddings": {"/api/embed", `{"model":"m"}`, answer("application/json", 200,
			`{"model":"m","embeddings":[[`+long+`1]],"prompt_eval_count":8}`), "8", "0"},
		"OpenAI's words": {"/v1/chat/completions", `{"messages":[{"role":"user","content":"x"}],"model":"m"}`, answer("text/event-stream", 200,
			`data: {"choices":[]}`+"\n\n", `data: {"usage":{"prompt_tokens":3,"completion_tokens": 7,"total_tokens":10}}`+"\n\ndata: [DONE]\n\n"), "3", "7"},
		"a model that speaks of counts": {"/api/generate", `{"model":"m"}`, answer(ndjson, 200,
			`{"response":"{\"eval_count\":5}","done":true,"prompt_eval_count":1,"eval_count":2}`+"\n"+`{"response":"\"eval_count\":9"}`+"\n"), "1", "2"},
	} {
		t.Run(title, func(t *testing.T) {
			b := newBench(t, each.upstream, func(c *FrontConfig) { c.Clients[0].Allow = []AllowConfig{{[]string{"POST"}, []string{"/*"}}} })
			if status, _ := b.send("POST", each.path, jupyter, each.ask); status != 200 {
				t.Fatal(status)
			}
			labels := `{client="jupyter",model="m:latest"}`
			if got := b.metric("ollama_prompt_tokens_total" + labels); got != each.prompt {
				t.Errorf("%q tokens of the prompt", got)
			}
			if got := b.metric("ollama_generated_tokens_total" + labels); got != each.generated {
				t.Errorf("%q tokens generated", got)
			}
			if got := b.metric(`ollama_requests_total{client="jupyter",endpoint="` + each.path + `",model="m:latest",outcome="ok"}`); got != "1" {
				t.Errorf("%q requests", got)
			}
		})
	}
}

func TestTellsTimes(t *testing.T) {
	b := newBench(t, answer(ndjson, 200, `{"done":false}`+"\n", `{"done":true,`+counted+"}\n"), nil)
	b.send("POST", "/api/generate", jupyter, `{"model":"m"}`)
	for series, want := range map[string]string{
		`ollama_prompt_eval_seconds_total{client="jupyter",model="m:latest"}`:                                         "0.13",
		`ollama_eval_seconds_total{client="jupyter",model="m:latest"}`:                                                "4.5",
		`ollama_load_seconds_total{client="jupyter",model="m:latest"}`:                                                "0.25",
		`ollama_time_to_first_token_seconds_count{client="jupyter",endpoint="/api/generate",model="m:latest"}`:        "1",
		`ollama_request_duration_seconds_bucket{client="jupyter",endpoint="/api/generate",model="m:latest",le="600"}`: "1",
	} {
		if got := b.metric(series); got != want {
			t.Errorf("%s is %q", series, got)
		}
	}
}

func TestTellsErrorsApart(t *testing.T) {
	for title, each := range map[string]struct {
		upstream http.HandlerFunc
		model    string
	}{
		"a status":           {answer("application/json", 404, `{"error":"model not found"}`), unknownModel},
		"an error midway":    {answer(ndjson, 200, `{"done":false}`+"\n", `{"error":"out of memory"}`+"\n"), unknownModel},
		"an error in events": {answer("text/event-stream", 200, "data: {}\n\n", `data: {"error":{"message":"x"}}`+"\n\n"), unknownModel},
	} {
		t.Run(title, func(t *testing.T) {
			b := newBench(t, each.upstream, nil)
			b.send("POST", "/api/generate", jupyter, `{"model":"made-up"}`)
			if got := b.metric(`ollama_requests_total{client="jupyter",endpoint="/api/generate",model="` + each.model + `",outcome="error"}`); got != "1" {
				t.Errorf("%q errors", got)
			}
			if got := b.metric(`ollama_generated_tokens_total{client="jupyter",model="made-up:latest"}`); got != "" {
				t.Error("a client makes up a series")
			}
		})
	}
}

func TestCountsWhoDidNotWait(t *testing.T) {
	begun := make(chan bool)
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/generate" {
			return
		}
		w.Header().Set("Content-Type", ndjson)
		_, _ = io.WriteString(w, `{"done":false}`+"\n")
		_ = http.NewResponseController(w).Flush()
		close(begun)
		<-r.Context().Done()
	}, nil)
	ctx, cancel := context.WithCancel(t.Context())
	request, _ := http.NewRequestWithContext(ctx, "POST", b.url+"/api/generate", strings.NewReader(`{"model":"m"}`))
	request.Header.Set("Authorization", jupyter)
	response, err := b.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-begun:
	case <-time.After(5 * time.Second):
		t.Fatal(response.Status)
	}
	cancel()
	response.Body.Close()
	if entry := b.logged(1)[0]; entry["aborted"] != true {
		t.Error(entry)
	}
	series := `ollama_requests_total{client="jupyter",endpoint="/api/generate",model="unknown",outcome="cancelled"}`
	if got := b.metric(series); got != "1" {
		t.Errorf("%q cancelled", got)
	}
}

func TestLeavesTheRequestAsItIs(t *testing.T) {
	text := `{"prompt":"` + strings.Repeat("x", 3*headBytes) + `","model":"late"}`
	got := make(chan string, 1)
	b := newBench(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- fmt.Sprint(r.ContentLength) + string(body)
	}, nil)
	for _, body := range []string{text, "", "no JSON", `["model","x"]`} {
		b.send("POST", "/api/generate", jupyter, body)
		select {
		case seen := <-got:
			if seen != fmt.Sprint(len(body))+body {
				t.Errorf("%.40q arrived as %.40q", body, seen)
			}
		case <-time.After(5 * time.Second):
			t.Fatal("nothing arrived")
		}
	}
}
