package main

import (
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// statusClientGone is nginx' word for a client that did not wait for the answer.
const statusClientGone = 499

// recorder remembers what was answered. Flushes go through by Unwrap.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= http.StatusOK {
		r.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(data []byte) (int, error) {
	if r.status == 0 {
		r.status = http.StatusOK
	}
	n, err := r.ResponseWriter.Write(data)
	r.bytes += int64(n)
	return n, err
}

var traceParent = regexp.MustCompile(`^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$`)

// finished writes the access log and counts the request. A body or a header is never part of either.
func (f *front) finished(r *http.Request, seen *exchange, answer *recorder, took time.Duration, aborted bool) {
	status := answer.status
	if aborted && status == 0 {
		status = statusClientGone
	}
	f.meters.count(seen.client, r.Method, strconv.Itoa(status), took)
	if seen.ollama != nil {
		seen.ollama.finished(status, r.Context().Err() != nil || aborted, took)
	}
	level := slog.LevelInfo
	switch {
	case status >= http.StatusInternalServerError || aborted:
		level = slog.LevelError
	case status >= http.StatusBadRequest:
		level = slog.LevelWarn
	}
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	attributes := []any{
		"front", f.config.Name, "client", seen.client, "remote", host,
		"method", r.Method, "path", r.URL.Path, "status", status, "bytes", answer.bytes,
		"durationMs", float64(took.Microseconds()) / 1000,
	}
	if aborted {
		attributes = append(attributes, "aborted", true)
	}
	if match := traceParent.FindStringSubmatch(r.Header.Get("Traceparent")); match != nil {
		attributes = append(attributes, "trace_id", match[1])
	}
	f.logger.Log(r.Context(), level, "request", attributes...)
}
