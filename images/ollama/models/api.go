package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
)

// api is Ollama's HTTP API, through a door or on the loopback address.
type api struct {
	url    string
	token  string
	client *http.Client
}

// newAPI reads what it needs to be let in; both files may be absent for a server on the loopback address.
func newAPI(url, tokenFile, caFile string) (*api, error) {
	a := &api{url: url, client: http.DefaultClient}
	if tokenFile != "" {
		text, err := os.ReadFile(tokenFile)
		if err != nil {
			return nil, err
		}
		a.token = strings.TrimSpace(string(text))
	}
	if caFile != "" {
		text, err := os.ReadFile(caFile)
		if err != nil {
			return nil, err
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("%s holds no certificate", caFile)
		}
		a.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}}
	}
	return a, nil
}

func (a *api) send(ctx context.Context, method, path string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, a.url+path, body)
	if err != nil {
		return nil, err
	}
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	return a.client.Do(request)
}

// progress is one line of what a long request says of itself, and the answer of a short one.
type progress struct {
	Status    string `json:"status"`
	Error     string `json:"error"`
	Modelfile string `json:"modelfile"`
}

// call posts a question and reads every line of the answer; an error in any of them is an error.
func (a *api) call(ctx context.Context, path string, question any, say func(progress)) error {
	body, err := json.Marshal(question)
	if err != nil {
		return err
	}
	response, err := a.send(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	decoder := json.NewDecoder(response.Body)
	for {
		var line progress
		switch err := decoder.Decode(&line); {
		case errors.Is(err, io.EOF):
			return statusError(path, response)
		case err != nil:
			return errors.Join(statusError(path, response), err)
		case line.Error != "":
			return fmt.Errorf("%s: %s", path, line.Error)
		}
		say(line)
	}
}

func statusError(path string, response *http.Response) error {
	if response.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s: %s", path, response.Status)
	}
	return nil
}

// modelfile of a model that the server has; empty when it has none by that name.
func (a *api) modelfile(ctx context.Context, name string) (string, error) {
	body, err := json.Marshal(map[string]string{"model": name})
	if err != nil {
		return "", err
	}
	response, err := a.send(ctx, http.MethodPost, "/api/show", bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return "", nil
	}
	if err := statusError("/api/show", response); err != nil {
		return "", err
	}
	var shown progress
	err = json.NewDecoder(response.Body).Decode(&shown)
	return shown.Modelfile, err
}

func (a *api) hasBlob(ctx context.Context, digest string) (bool, error) {
	response, err := a.send(ctx, http.MethodHead, "/api/blobs/"+digest, nil)
	if err != nil {
		return false, err
	}
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return false, nil
	}
	return true, statusError("/api/blobs", response)
}

func (a *api) sendBlob(ctx context.Context, digest string, content io.Reader) error {
	response, err := a.send(ctx, http.MethodPost, "/api/blobs/"+digest, content)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	return statusError("/api/blobs", response)
}
