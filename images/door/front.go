package main

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// front is one upstream as the network sees it: over TLS, for those who may.
type front struct {
	config  FrontConfig
	clients clients
	proxy   *httputil.ReverseProxy
	meters  *meters
	metrics http.Handler
	logger  *slog.Logger
	server  *http.Server
}

type contextKey struct{}

// exchange is what is known of one request while it is answered.
type exchange struct {
	client string
	ollama *ollamaExchange
}

func newFront(config FrontConfig, logger *slog.Logger) (*front, error) {
	known, err := loadClients(config.Clients)
	if err != nil {
		return nil, err
	}
	certificate, err := tls.LoadX509KeyPair(config.Certificate, config.Key)
	if err != nil {
		return nil, err
	}
	upstream, err := url.Parse(config.Upstream)
	if err != nil {
		return nil, err
	}
	f := &front{config: config, clients: known, logger: logger, meters: newMeters(config, certificate.Leaf)}
	f.metrics = promhttp.HandlerFor(f.meters.registry, promhttp.HandlerOpts{})
	f.proxy = &httputil.ReverseProxy{
		Transport:     config.transport(),
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		ErrorHandler:  f.upstreamFailed,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(upstream)
			r.SetXForwarded()
			if config.Authentication == byDoor {
				r.Out.Header.Del("Authorization")
			}
			if f.meters.ollama != nil {
				// What is compressed cannot be counted.
				r.Out.Header.Del("Accept-Encoding")
			}
		},
		ModifyResponse: func(response *http.Response) error {
			if seen, ok := response.Request.Context().Value(contextKey{}).(*exchange); ok && seen.ollama != nil {
				seen.ollama.answered(response)
			}
			return nil
		},
	}
	f.server = &http.Server{
		Handler:           http.HandlerFunc(f.serve),
		TLSConfig:         &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{certificate}},
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	return f, nil
}

// listen opens every address before anything is served, so that a wrong one is an error at the start.
func (f *front) listen() ([]net.Listener, error) {
	var listeners []net.Listener
	for _, address := range f.config.Listen {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return nil, err
		}
		listeners = append(listeners, listener)
		f.logger.Info("listening", "front", f.config.Name, "address", address)
	}
	return listeners, nil
}

// serve lets in, counts and logs.
func (f *front) serve(w http.ResponseWriter, r *http.Request) {
	started := time.Now()
	seen := &exchange{}
	recorder := &recorder{ResponseWriter: w}
	f.meters.inFlight.Inc()
	defer func() {
		f.meters.inFlight.Dec()
		// A reverse proxy aborts a cut answer by a panic, which the server knows; the request is logged all the same.
		aborted := recover()
		f.finished(r, seen, recorder, time.Since(started), aborted != nil)
		if aborted != nil {
			panic(aborted)
		}
	}()
	if !plainPath(r.URL.Path) {
		f.refuse(recorder, http.StatusBadRequest, "the path is not in its plain form")
		return
	}
	if f.config.Authentication == byDoor {
		who := f.clients.identify(r)
		if who == nil {
			for _, scheme := range f.schemes() {
				recorder.Header().Add("WWW-Authenticate", scheme+` realm="`+f.config.Name+`"`)
			}
			f.refuse(recorder, http.StatusUnauthorized, "no client is known by this credential")
			return
		}
		seen.client = who.Name
		if !who.may(r.Method, r.URL.Path) {
			f.refuse(recorder, http.StatusForbidden, "this client may not do that")
			return
		}
	}
	if f.config.Metrics != nil && r.URL.Path == f.config.Metrics.Path {
		f.metrics.ServeHTTP(recorder, r)
		return
	}
	if f.meters.ollama != nil {
		seen.ollama = f.meters.ollama.begin(seen.client, r)
	}
	// A server that answers before it has read the whole request would be cut off: Go closes the request's body with the first
	// byte of the answer, while the transport still reads it.
	_ = http.NewResponseController(recorder).EnableFullDuplex()
	f.proxy.ServeHTTP(recorder, r.WithContext(context.WithValue(r.Context(), contextKey{}, seen)))
}

// schemes are the ways in which this front's clients show who they are.
func (f *front) schemes() []string {
	var found []string
	for _, scheme := range []struct{ word, title string }{{bearer, "Bearer"}, {basic, "Basic"}} {
		for _, one := range f.clients {
			if one.Scheme == scheme.word {
				found = append(found, scheme.title)
				break
			}
		}
	}
	return found
}

func (f *front) refuse(w http.ResponseWriter, status int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"error":"` + reason + `"}` + "\n"))
}

func (f *front) upstreamFailed(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		// Nobody reads it; the log and the metrics do.
		w.WriteHeader(statusClientGone)
		return
	}
	f.logger.Warn("the upstream does not answer", "front", f.config.Name, "path", r.URL.Path, "error", err.Error())
	f.refuse(w, http.StatusBadGateway, "the server behind this door does not answer")
}
