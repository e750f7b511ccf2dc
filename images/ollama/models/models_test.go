package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const gguf = "GGUF and the rest"

func TestPutStoresBlobsUnderTheirDigest(t *testing.T) {
	folder := t.TempDir()
	named, err := put(strings.NewReader(gguf), folder)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "model.gguf")
	if err := os.WriteFile(file, []byte(gguf), 0o600); err != nil {
		t.Fatal(err)
	}
	if want, err := digestOf(file); err != nil || named != want {
		t.Error(named, want, err)
	}
	text, err := os.ReadFile(filepath.Join(folder, "blobs", strings.Replace(named, ":", "-", 1)))
	if err != nil || string(text) != gguf {
		t.Errorf("%q %v", text, err)
	}
}

func TestPutLeavesNothingOfWhatIsNoModel(t *testing.T) {
	for _, text := range []string{"", "GG", "<!DOCTYPE html>"} {
		folder := t.TempDir()
		if _, err := put(strings.NewReader(text), folder); err == nil {
			t.Errorf("%q is taken", text)
		}
		if left, _ := filepath.Glob(filepath.Join(folder, "blobs", "*")); len(left) > 0 {
			t.Error(left)
		}
	}
}

// server has the models that are named, with the line that their modelfile starts with, and tells what it is asked.
func server(t *testing.T, models map[string]string, blobs ...string) (*api, *[]string) {
	t.Helper()
	asked := &[]string{}
	fake := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, r.Method+" "+r.URL.Path)
		var question struct{ Model string }
		_ = json.Unmarshal(body, &question)
		switch {
		case r.Header.Get("Authorization") != "Bearer token":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/api/show" && models[question.Model] == "":
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Path == "/api/show":
			_ = json.NewEncoder(w).Encode(progress{Modelfile: models[question.Model]})
		case r.Method == http.MethodHead && !slices.Contains(blobs, filepath.Base(r.URL.Path)):
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Path == "/api/pull" && question.Model == "far":
			_, _ = io.WriteString(w, `{"status":"pulling manifest"}`+"\n"+`{"error":"no such host"}`+"\n")
		case r.URL.Path == "/api/create" || r.URL.Path == "/api/pull":
			_, _ = io.WriteString(w, `{"status":"success"}`+"\n")
		}
	}))
	t.Cleanup(fake.Close)
	return &api{url: fake.URL, token: "token", client: http.DefaultClient}, asked
}

func TestBringDoesWhatIsLeftToDo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "model.gguf")
	if err := os.WriteFile(file, []byte(gguf), 0o600); err != nil {
		t.Fatal(err)
	}
	digest, err := digestOf(file)
	if err != nil {
		t.Fatal(err)
	}
	sum := strings.TrimPrefix(digest, "sha256:")
	same := map[string]string{"m": "FROM /models/blobs/sha256-" + sum}
	show, head, send, create := "POST /api/show", "HEAD /api/blobs/"+digest, "POST /api/blobs/"+digest, "POST /api/create"
	for title, each := range map[string]struct {
		has    map[string]string
		blobs  []string
		wanted model
		asked  []string
		fails  string
	}{
		"a file that is there": {has: same, wanted: model{Name: "m", File: file}, asked: []string{show}},
		"a file with its parameters": {has: map[string]string{"m": same["m"] + "\nPARAMETER num_ctx 2048"},
			wanted: model{Name: "m", File: file, Parameters: map[string]any{"num_ctx": 2048.0}}, asked: []string{show}},
		"a parameter that is new": {has: map[string]string{"m": same["m"] + "\nPARAMETER num_ctx 2048"}, blobs: []string{digest},
			wanted: model{Name: "m", File: file, Parameters: map[string]any{"num_ctx": 204.0}}, asked: []string{show, head, create}},
		"a digest that is there":       {has: same, wanted: model{Name: "m", SHA256: sum}, asked: []string{show}},
		"a pulled model that is there": {has: same, wanted: model{Name: "m"}, asked: []string{show}},
		"a new file":                   {wanted: model{Name: "m", File: file}, asked: []string{show, head, send, create}},
		"a name for another file now":  {has: map[string]string{"m": "FROM /x/sha256-0"}, wanted: model{Name: "m", File: file}, asked: []string{show, head, send, create}},
		"a file that the server has":   {blobs: []string{digest}, wanted: model{Name: "m", SHA256: sum}, asked: []string{show, head, create}},
		"a digest that nobody brought": {wanted: model{Name: "m", SHA256: sum}, asked: []string{show, head}, fails: "ollama-models put"},
		"a model to pull":              {wanted: model{Name: "near"}, asked: []string{show, "POST /api/pull"}},
		"a model that is out of reach": {wanted: model{Name: "far"}, asked: []string{show, "POST /api/pull"}, fails: "no such host"},
	} {
		t.Run(title, func(t *testing.T) {
			a, asked := server(t, each.has, each.blobs...)
			err := a.bring(t.Context(), each.wanted, slog.New(slog.DiscardHandler))
			if (err != nil) != (each.fails != "") || err != nil && !strings.Contains(err.Error(), each.fails) {
				t.Error(err)
			}
			if !slices.Equal(*asked, each.asked) {
				t.Errorf("asked %v", *asked)
			}
		})
	}
}

func TestBringFailsWithoutTheRight(t *testing.T) {
	a, _ := server(t, nil)
	a.token = "guess"
	if err := a.bring(t.Context(), model{Name: "m"}, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "401") {
		t.Error(err)
	}
}

func TestGPUsAreReadOffTheLogOfOllama(t *testing.T) {
	const line = `time=2026-11-23T08:00:00.000Z level=INFO source=types.go:42 msg="inference compute" id=%s filter_id="" library=%s compute=0.0 ` +
		`name=%s description=%s libdirs=ollama,vulkan driver=0.0 pci_id="" type=discrete total="23.4 GiB" available="15.2 GiB"` + "\n"
	one := fmt.Sprintf(line, "0", "Vulkan", "Vulkan0", `"NVIDIA L4"`)
	for log, want := range map[string][]string{
		"":  {},
		one: {"NVIDIA L4 by Vulkan"},
		fmt.Sprintf(line, "cpu", "cpu", "cpu", "cpu"):                         {},
		one + "time=x msg=other\n" + fmt.Sprintf(line, "1", "CUDA", "x", "B"): {"NVIDIA L4 by Vulkan", "B by CUDA"},
	} {
		if found := gpusIn(log); !slices.Equal(found, want) {
			t.Errorf("%q: %q", log, found)
		}
	}
}
