package main

import (
	"context"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// meters count what goes through one front.
type meters struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	inFlight prometheus.Gauge
	// nil where the upstream is no Ollama.
	ollama *ollamaMeters
}

// durationBuckets reach from a look at a list to the answer of a large model on a slow processor.
var durationBuckets = []float64{0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600}

func newMeters(config FrontConfig, leaf *x509.Certificate) *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "door_requests_total",
			Help: "Requests by client (empty: nobody we know), method and status.",
		}, []string{"client", "method", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "door_request_duration_seconds",
			Help:    "Time from the request to the last byte of the answer.",
			Buckets: durationBuckets,
		}, []string{"client"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "door_requests_in_flight",
			Help: "Requests that are being answered.",
		}),
	}
	notAfter := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "door_certificate_not_after_timestamp_seconds",
		Help: "When the certificate of this front ends, as seconds since 1970.",
	}, func() float64 { return float64(leaf.NotAfter.Unix()) })
	up := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "door_upstream_up",
		Help: "1 when the server behind the door answers its ready path.",
	}, func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if config.upstreamReady(ctx) != nil {
			return 0
		}
		return 1
	})
	prometheus.WrapRegistererWith(prometheus.Labels{"front": config.Name}, m.registry).
		MustRegister(m.requests, m.duration, m.inFlight, notAfter, up)
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if config.Metrics != nil && config.Metrics.Kind == kindOllama {
		m.ollama = newOllamaMeters(m.registry)
	}
	return m
}

// methods that get a label of their own; a client may send any word.
var methods = map[string]bool{
	http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true,
	http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true,
}

func (m *meters) count(client, method, code string, took time.Duration) {
	if !methods[method] {
		method = "other"
	}
	m.requests.WithLabelValues(client, method, code).Inc()
	m.duration.WithLabelValues(client).Observe(took.Seconds())
}
