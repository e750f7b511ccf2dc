package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// put stores a GGUF where Ollama looks for blobs. It appears there once it is whole.
func put(content io.Reader, folder string) (string, error) {
	if folder == "" {
		return "", errors.New("OLLAMA_MODELS names no folder")
	}
	magic := make([]byte, 4)
	if _, err := io.ReadFull(content, magic); err != nil || string(magic) != "GGUF" {
		return "", errors.New("standard input is no GGUF file")
	}
	blobs := filepath.Join(folder, "blobs")
	if err := os.MkdirAll(blobs, 0o700); err != nil {
		return "", err
	}
	part, err := os.CreateTemp(blobs, "put-*.part")
	if err != nil {
		return "", err
	}
	defer os.Remove(part.Name())
	defer part.Close()
	hash := sha256.New()
	if _, err := io.Copy(io.MultiWriter(part, hash), io.MultiReader(bytes.NewReader(magic), content)); err != nil {
		return "", err
	}
	if err := errors.Join(part.Sync(), part.Close()); err != nil {
		return "", err
	}
	digest := hex.EncodeToString(hash.Sum(nil))
	return "sha256:" + digest, os.Rename(part.Name(), filepath.Join(blobs, "sha256-"+digest))
}

// pullAlone pulls with a server of its own.
func pullAlone(ctx context.Context, name string, logger *slog.Logger) error {
	server, err := serveAlone(ctx, os.Stderr)
	if err != nil {
		return err
	}
	defer server.stop()
	return server.pull(ctx, name, logger)
}

// alone is a server that listens on the loopback address and ends with this command.
type alone struct {
	*api
	stop func()
}

// serveAlone starts a server, with more environment than this command has, and waits until it answers.
func serveAlone(ctx context.Context, log io.Writer, environment ...string) (*alone, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	command := exec.CommandContext(ctx, "ollama", "serve")
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = 10 * time.Second
	command.Env = append(os.Environ(), "OLLAMA_HOST="+address, "OLLAMA_NOPRUNE=1", "OLLAMA_NO_CLOUD=1")
	command.Env = append(command.Env, environment...)
	command.Stderr = log
	if err := command.Start(); err != nil {
		cancel()
		return nil, err
	}
	ended := make(chan error, 1)
	go func() {
		ended <- command.Wait()
		close(ended)
	}()
	server := &alone{
		api: &api{url: "http://" + address, client: http.DefaultClient},
		stop: func() {
			cancel()
			for range ended {
			}
		},
	}
	if err := server.answers(ctx, ended); err != nil {
		server.stop()
		return nil, err
	}
	return server, nil
}

// answers waits until the server does.
func (a *api) answers(ctx context.Context, ended <-chan error) error {
	limit := time.After(time.Minute)
	for {
		if response, err := a.send(ctx, http.MethodGet, "/api/version", nil); err == nil {
			return response.Body.Close()
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the server has ended: %w", err)
		case <-limit:
			return errors.New("the server does not answer")
		case <-time.After(200 * time.Millisecond):
		}
	}
}
