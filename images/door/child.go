package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// child is the server that the door stands in front of. When one of the two ends, so does the other.
type child struct {
	command *exec.Cmd
	grace   time.Duration
	// Closed when the child has ended; err is set then.
	ended chan struct{}
	err   error
}

func startChild(config ChildConfig, output io.Writer, logger *slog.Logger) (*child, error) {
	environment := os.Environ()
	for name, value := range config.Environment {
		environment = append(environment, name+"="+value)
	}
	for name, path := range config.EnvironmentFiles {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("child.environmentFiles.%s: %w", name, err)
		}
		environment = append(environment, name+"="+strings.TrimRight(string(text), "\n"))
	}
	var skip *regexp.Regexp
	if config.SkipLines != "" {
		skip = regexp.MustCompile(config.SkipLines)
	}
	command := exec.Command(config.Command[0], config.Command[1:]...)
	command.Env = environment
	c := &child{command: command, grace: time.Duration(config.GraceSeconds) * time.Second, ended: make(chan struct{})}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	stderr, err := command.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	source := filepath.Base(config.Command[0])
	var readers sync.WaitGroup
	for stream, pipe := range map[string]io.Reader{"stdout": stdout, "stderr": stderr} {
		readers.Go(func() {
			if err := passLines(pipe, output, logger, source, stream, skip); err != nil {
				logger.Warn("output of the child is lost", "stream", stream, "error", err.Error())
			}
		})
	}
	go func() {
		state, err := command.Process.Wait()
		// A grandchild may hold the pipes open: what it says is of no use any more.
		waitUpTo(&readers, time.Second)
		c.err = ending(state, err)
		close(c.ended)
	}()
	return c, nil
}

// stop asks the child to end, and ends it when it does not.
func (c *child) stop() {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.ended:
	case <-time.After(c.grace):
		_ = c.command.Process.Kill()
		<-c.ended
	}
}

func ending(state *os.ProcessState, err error) error {
	if err != nil {
		return err
	}
	return errors.New(state.String())
}

func waitUpTo(group *sync.WaitGroup, limit time.Duration) {
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(limit):
	}
}
