package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// How much of a request is looked at for the model's name, and how much of the end of an answer for its counts.
const (
	headBytes = 64 << 10
	tailBytes = 4 << 10
)

// unknownModel stands for every name that the server has not answered for: clients cannot make up series.
const unknownModel = "unknown"

// generating paths are the ones that make a model work.
var generating = map[string]bool{
	"/api/generate": true, "/api/chat": true, "/api/embed": true, "/api/embeddings": true,
	"/v1/chat/completions": true, "/v1/completions": true, "/v1/embeddings": true,
	"/v1/responses": true, "/v1/messages": true,
}

// ollamaMeters count what models did for whom, as the answers tell it.
type ollamaMeters struct {
	requests, promptTokens, generatedTokens *prometheus.CounterVec
	promptSeconds, evalSeconds, loadSeconds *prometheus.CounterVec
	duration, firstToken                    *prometheus.HistogramVec

	mutex  sync.Mutex
	models map[string]bool
}

func newOllamaMeters(registry prometheus.Registerer) *ollamaMeters {
	counter := func(name, help string, more ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, append([]string{"client", "model"}, more...))
	}
	histogram := func(name, help string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: durationBuckets},
			[]string{"client", "model", "endpoint"})
	}
	m := &ollamaMeters{
		models:          map[string]bool{},
		requests:        counter("ollama_requests_total", "Requests to models; outcome is ok, error or cancelled.", "endpoint", "outcome"),
		promptTokens:    counter("ollama_prompt_tokens_total", "Tokens of prompts that were evaluated."),
		generatedTokens: counter("ollama_generated_tokens_total", "Tokens that were generated."),
		promptSeconds:   counter("ollama_prompt_eval_seconds_total", "Time spent on evaluating prompts, as the server tells it."),
		evalSeconds:     counter("ollama_eval_seconds_total", "Time spent on generating tokens, as the server tells it."),
		loadSeconds:     counter("ollama_load_seconds_total", "Time spent on loading models, as the server tells it."),
		duration:        histogram("ollama_request_duration_seconds", "Time to the last byte of an answer."),
		firstToken:      histogram("ollama_time_to_first_token_seconds", "Time to the first byte of a streamed answer."),
	}
	registry.MustRegister(m.requests, m.promptTokens, m.generatedTokens, m.promptSeconds, m.evalSeconds, m.loadSeconds,
		m.duration, m.firstToken)
	return m
}

// ollamaExchange is one request to a model.
type ollamaExchange struct {
	meters   *ollamaMeters
	client   string
	endpoint string
	model    string
	started  time.Time
	first    time.Duration
	tail     []byte
	complete bool
}

// begin is nil for a request that makes no model work.
func (m *ollamaMeters) begin(client string, request *http.Request) *ollamaExchange {
	if !generating[request.URL.Path] || request.Method != http.MethodPost {
		return nil
	}
	reader := bufio.NewReaderSize(request.Body, headBytes)
	head, _ := peekModel(reader)
	request.Body = struct {
		io.Reader
		io.Closer
	}{reader, request.Body}
	return &ollamaExchange{meters: m, client: client, endpoint: request.URL.Path, model: head, started: time.Now()}
}

// peekModel reads the name of the model off the start of a request, and leaves the request as it is.
func peekModel(reader *bufio.Reader) (string, error) {
	// The first read of what has arrived is enough where the name comes first, as all clients send it.
	if _, err := reader.Peek(1); err != nil {
		return "", err
	}
	head, _ := reader.Peek(reader.Buffered())
	decoder := json.NewDecoder(bytes.NewReader(head))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return "", err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return "", err
		}
		if key == "model" {
			var name string
			err := decoder.Decode(&name)
			return name, err
		}
		var skipped json.RawMessage
		if err := decoder.Decode(&skipped); err != nil {
			return "", err
		}
	}
	return "", nil
}

// answered puts a meter into the answer's body.
func (e *ollamaExchange) answered(response *http.Response) {
	kind := response.Header.Get("Content-Type")
	streamed := strings.HasPrefix(kind, "application/x-ndjson") || strings.HasPrefix(kind, "text/event-stream")
	response.Body = &meteredBody{ReadCloser: response.Body, exchange: e, streamed: streamed}
}

// meteredBody looks at an answer as it passes, and keeps its last few kilobytes only.
type meteredBody struct {
	io.ReadCloser
	exchange *ollamaExchange
	streamed bool
}

func (b *meteredBody) Read(data []byte) (int, error) {
	n, err := b.ReadCloser.Read(data)
	e := b.exchange
	if n > 0 {
		if b.streamed && e.first == 0 {
			e.first = time.Since(e.started)
		}
		e.tail = append(e.tail, data[:n]...)
		if over := len(e.tail) - tailBytes; over > 0 {
			e.tail = append(e.tail[:0], e.tail[over:]...)
		}
	}
	if err == io.EOF {
		e.complete = true
	}
	return n, err
}

// A name that stands inside a text of the model has its quotes escaped, so it cannot be taken for one of these.
var countPattern = regexp.MustCompile(`"(prompt_eval_count|eval_count|prompt_eval_duration|eval_duration|load_duration|` +
	`prompt_tokens|completion_tokens|input_tokens|output_tokens)":\s*(\d+)`)

// counts are the last of each figure in the end of an answer.
func counts(tail []byte) map[string]float64 {
	found := map[string]float64{}
	for _, match := range countPattern.FindAllSubmatch(tail, -1) {
		if value, err := strconv.ParseFloat(string(match[2]), 64); err == nil {
			found[string(match[1])] = value
		}
	}
	return found
}

// failedMidway says whether a streamed answer ends with an error, which its status cannot tell any more.
func failedMidway(tail []byte) bool {
	lines := bytes.Split(bytes.TrimSpace(tail), []byte("\n"))
	last := bytes.TrimPrefix(lines[len(lines)-1], []byte("data: "))
	return bytes.HasPrefix(last, []byte(`{"error":`))
}

// finished counts the exchange.
func (e *ollamaExchange) finished(status int, cut bool, took time.Duration) {
	outcome := "ok"
	switch {
	case cut && !e.complete:
		outcome = "cancelled"
	case status >= http.StatusBadRequest || failedMidway(e.tail):
		outcome = "error"
	}
	m := e.meters
	model := m.label(e.model, outcome == "ok")
	m.requests.WithLabelValues(e.client, model, e.endpoint, outcome).Inc()
	m.duration.WithLabelValues(e.client, model, e.endpoint).Observe(took.Seconds())
	if outcome == "error" {
		return
	}
	if e.first > 0 {
		m.firstToken.WithLabelValues(e.client, model, e.endpoint).Observe(e.first.Seconds())
	}
	found := counts(e.tail)
	add := func(counter *prometheus.CounterVec, value float64) {
		counter.WithLabelValues(e.client, model).Add(value)
	}
	const nanoseconds = 1e9
	add(m.promptTokens, found["prompt_eval_count"]+found["prompt_tokens"]+found["input_tokens"])
	add(m.generatedTokens, found["eval_count"]+found["completion_tokens"]+found["output_tokens"])
	add(m.promptSeconds, found["prompt_eval_duration"]/nanoseconds)
	add(m.evalSeconds, found["eval_duration"]/nanoseconds)
	add(m.loadSeconds, found["load_duration"]/nanoseconds)
}

// label is the model's name once the server has answered for it.
func (m *ollamaMeters) label(model string, answered bool) string {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if model != "" && !strings.Contains(model, ":") {
		model += ":latest"
	}
	if answered && model != "" {
		m.models[model] = true
	}
	if m.models[model] {
		return model
	}
	return unknownModel
}
