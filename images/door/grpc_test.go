package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// healthServer answers like a gRPC server that says of itself what `message` says.
func healthServer(t *testing.T, status string, message []byte) string {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.ProtoMajor != 2 || r.URL.Path != "/grpc.health.v1.Health/Check" || len(body) != 5 {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/grpc")
		_, _ = w.Write(append([]byte{0, 0, 0, 0, byte(len(message))}, message...))
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", status)
	}))
	server.Config.Protocols = new(http.Protocols)
	server.Config.Protocols.SetUnencryptedHTTP2(true)
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func TestAsksAGRPCServerWhetherItServes(t *testing.T) {
	for _, one := range []struct {
		title, status string
		message       []byte
		ready         bool
	}{
		{"serving", "0", []byte{8, 1}, true},
		{"not serving", "0", []byte{8, 2}, false},
		{"unknown", "0", nil, false},
		{"refused", "12", nil, false},
	} {
		t.Run(one.title, func(t *testing.T) {
			front := FrontConfig{Upstream: healthServer(t, one.status, one.message), Protocol: protocolGRPC}
			err := front.upstreamReady(context.Background())
			if (err == nil) != one.ready {
				t.Errorf("says %v", err)
			}
		})
	}
}

func TestAnHTTPServerIsNoGRPCServer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	if (FrontConfig{Upstream: server.URL, Protocol: protocolGRPC}).upstreamReady(context.Background()) == nil {
		t.Error("is content with it")
	}
}
