// Ollama-models brings models to an Ollama server.
//
//	ollama-models bring CONFIG   sees to it that a running server has the models in the file: what the set-up job runs
//	ollama-models put            stores a GGUF from standard input among the blobs below $OLLAMA_MODELS, and prints its digest
//	ollama-models pull NAME      pulls into $OLLAMA_MODELS with a server of its own, which ends with it; needs the internet
//	ollama-models gpus N COMMAND becomes COMMAND if Ollama can compute on N GPUs, and fails otherwise
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	what, err := "a model is missing", error(nil)
	switch arguments := os.Args[1:]; {
	case len(arguments) == 2 && arguments[0] == "bring":
		err = bringAll(ctx, arguments[1], logger)
	case len(arguments) == 1 && arguments[0] == "put":
		var digest string
		if digest, err = put(os.Stdin, os.Getenv("OLLAMA_MODELS")); err == nil {
			fmt.Println(digest)
		}
	case len(arguments) == 2 && arguments[0] == "pull":
		err = pullAlone(ctx, arguments[1], logger)
	case len(arguments) > 2 && arguments[0] == "gpus":
		var count int
		if count, err = strconv.Atoi(arguments[1]); err == nil {
			what, err = "a GPU is missing", withGPUs(ctx, count, arguments[2:], logger)
		}
	default:
		err = errors.New("usage: ollama-models bring CONFIG | put < FILE | pull NAME | gpus N COMMAND")
	}
	if err != nil {
		logger.Error(what, "error", err.Error())
		os.Exit(1)
	}
}
