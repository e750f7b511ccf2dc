package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// ask is content with any answer that is no error.
func ask(ctx context.Context, httpClient *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := httpClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 1<<20))
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// check is the health probe. Given a URL it asks that; given the door's configuration it asks every upstream for its ready
// path, and every front for a TLS handshake with its own certificate.
func check(target string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if strings.HasPrefix(target, "http://") {
		return ask(ctx, http.DefaultClient, target)
	}
	config, err := LoadConfig(target)
	if err != nil {
		return err
	}
	for _, front := range config.Fronts {
		if err := front.upstreamReady(ctx); err != nil {
			return err
		}
		for _, address := range front.Listen {
			if err := handshake(ctx, address, front.Certificate); err != nil {
				return fmt.Errorf("%s: %w", address, err)
			}
		}
	}
	return nil
}

// handshake trusts exactly the certificate in the file.
func handshake(ctx context.Context, address, certificateFile string) error {
	text, err := os.ReadFile(certificateFile)
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	leaf, err := firstCertificate(text)
	if err != nil {
		return err
	}
	roots.AddCert(leaf)
	if len(leaf.DNSNames) == 0 {
		return fmt.Errorf("%s names no server", certificateFile)
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	dialer := tls.Dialer{Config: &tls.Config{RootCAs: roots, ServerName: leaf.DNSNames[0], MinVersion: tls.VersionTLS12}}
	connection, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return err
	}
	return connection.Close()
}
