package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
)

// withGPUs runs a command in place of this one if Ollama can compute on that many GPUs. Ollama by itself falls back on the
// processor, and nobody would know.
func withGPUs(ctx context.Context, count int, command []string, logger *slog.Logger) error {
	path, err := exec.LookPath(command[0])
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "ollama-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	var said bytes.Buffer
	server, err := serveAlone(ctx, &said, "OLLAMA_MODELS="+folder)
	if err != nil {
		return fmt.Errorf("%w: %s", err, strings.TrimSpace(said.String()))
	}
	// What it computes on is in its log before it answers.
	server.stop()
	gpus := gpusIn(said.String())
	logger.Info("GPUs that Ollama can compute on", "asked", count, "found", gpus)
	if len(gpus) < count {
		return fmt.Errorf("Ollama is to compute on %d GPU(s) and finds %d%s", count, len(gpus), remedy)
	}
	if err := os.RemoveAll(folder); err != nil {
		return err
	}
	return syscall.Exec(path, command, os.Environ())
}

const remedy = "\n  fix: see that the machine's NVIDIA driver has its Vulkan part (libGLX_nvidia.so.0 and libnvidia-glvkspirv.so) " +
	"and that the container toolkit is set up, as docs/models.md says; or set settings.ollama.gpu to none"

var device = regexp.MustCompile(`msg="inference compute".* library=(\S+).* description=(".*?"|\S+) `)

// gpusIn reads what Ollama says at its start: a line per GPU, or one that names the processor.
func gpusIn(log string) []string {
	gpus := []string{}
	for _, found := range device.FindAllStringSubmatch(log, -1) {
		if found[1] != "cpu" {
			gpus = append(gpus, strings.Trim(found[2], `"`)+" by "+found[1])
		}
	}
	return gpus
}
