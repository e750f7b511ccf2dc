package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// Protocols that an upstream may speak. gRPC is HTTP/2, without TLS here, whose status comes in a trailer.
const (
	protocolHTTP = "http"
	protocolGRPC = "grpc"
)

// transport is how requests reach the upstream. Nothing in it has a limit on how long an answer takes: a model may think
// for minutes.
func (c FrontConfig) transport() *http.Transport {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     90 * time.Second,
		DisableCompression:  true,
	}
	if c.Protocol == protocolGRPC {
		transport.Protocols = new(http.Protocols)
		transport.Protocols.SetUnencryptedHTTP2(true)
	}
	return transport
}

// upstreamReady asks the upstream whether it is ready, in its own protocol.
func (c FrontConfig) upstreamReady(ctx context.Context) error {
	if c.Protocol == protocolGRPC {
		return askHealth(ctx, c)
	}
	return ask(ctx, http.DefaultClient, c.Upstream+c.Ready)
}

// askHealth asks the health service that gRPC servers share (grpc.health.v1) about the server as a whole. Its request is
// an empty message and its answer is one byte of a number; a frame is a zero, four bytes of length, and the message.
func askHealth(ctx context.Context, config FrontConfig) error {
	url := config.Upstream + "/grpc.health.v1.Health/Check"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(make([]byte, 5)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	transport := config.transport()
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return err
	}
	serving := []byte{0, 0, 0, 0, 2, 8, 1}
	if status := response.Trailer.Get("Grpc-Status"); status != "0" || !bytes.Equal(answer, serving) {
		return fmt.Errorf("%s answers %s, gRPC status %q, %x", url, response.Status, status, answer)
	}
	return nil
}
