package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

// model is what a server shall have. With neither a file nor a digest it is pulled.
type model struct {
	Name string `json:"name"`
	// File is a GGUF in this container.
	File string `json:"file"`
	// SHA256 is the digest of a GGUF that "put" has stored among the server's blobs.
	SHA256 string `json:"sha256"`
	// Parameters of a model that is made of a file, in Ollama's words: num_ctx, temperature, stop, …
	Parameters map[string]any `json:"parameters"`
}

type bringConfig struct {
	URL       string  `json:"url"`
	TokenFile string  `json:"tokenFile"`
	CAFile    string  `json:"caFile"`
	Models    []model `json:"models"`
}

func bringAll(ctx context.Context, path string, logger *slog.Logger) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var config bringConfig
	if err := decoder.Decode(&config); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	server, err := newAPI(config.URL, config.TokenFile, config.CAFile)
	if err != nil {
		return err
	}
	for _, each := range config.Models {
		if err := server.bring(ctx, each, logger.With("model", each.Name)); err != nil {
			return fmt.Errorf("model %q: %w", each.Name, err)
		}
	}
	return nil
}

// bring does nothing where the server has the model already.
func (a *api) bring(ctx context.Context, wanted model, logger *slog.Logger) error {
	present, err := a.modelfile(ctx, wanted.Name)
	if err != nil {
		return err
	}
	digest := ""
	switch {
	case wanted.File != "":
		if digest, err = digestOf(wanted.File); err != nil {
			return err
		}
	case wanted.SHA256 != "":
		digest = "sha256:" + wanted.SHA256
	}
	// A model made of a file names its blob in its FROM line; a pulled one is known by its name.
	if present != "" && (digest == "" || made(present, digest, wanted.Parameters)) {
		logger.Info("the model is there")
		return nil
	}
	if digest == "" {
		if err := a.pull(ctx, wanted.Name, logger); err != nil {
			return fmt.Errorf("it is not there, and the server cannot pull it: %w\n"+
				"  fix: where the server has no way to the internet, bring it first: ollama-models pull %s, on the volume of the models",
				err, wanted.Name)
		}
		return nil
	}
	if err := a.provide(ctx, digest, wanted.File); err != nil {
		return err
	}
	question := map[string]any{
		"model": wanted.Name, "files": map[string]string{"model.gguf": digest}, "parameters": wanted.Parameters,
	}
	if err := a.call(ctx, "/api/create", question, func(progress) {}); err != nil {
		return err
	}
	logger.Info("the model is made", "digest", digest)
	return nil
}

// made says whether a modelfile is of this file, with these parameters. To make a model once more does no harm, so a
// parameter that is written otherwise than here may count as another one.
func made(modelfile, digest string, parameters map[string]any) bool {
	if !strings.Contains(modelfile, strings.Replace(digest, ":", "-", 1)) {
		return false
	}
	for name, value := range parameters {
		if !strings.Contains(modelfile+"\n", fmt.Sprintf("PARAMETER %s %v\n", name, value)) {
			return false
		}
	}
	return true
}

// provide sees to it that the server has the blob.
func (a *api) provide(ctx context.Context, digest, path string) error {
	there, err := a.hasBlob(ctx, digest)
	if err != nil || there {
		return err
	}
	if path == "" {
		return fmt.Errorf("the server has no blob %s\n  fix: bring the file first: ollama-models put < FILE, on the volume of the models", digest)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	return a.sendBlob(ctx, digest, file)
}

func (a *api) pull(ctx context.Context, name string, logger *slog.Logger) error {
	last := ""
	return a.call(ctx, "/api/pull", map[string]any{"model": name}, func(line progress) {
		if line.Status != last {
			last = line.Status
			logger.Info("pulling", "status", line.Status)
		}
	})
}

func digestOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(hash.Sum(nil)), nil
}
