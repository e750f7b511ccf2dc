// Door starts a server that has no TLS or no logins of its own, and stands in front of it. See README.md.
package main

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// drainTime is how long requests that are being answered may go on after the request to stop.
const drainTime = 10 * time.Second

func main() {
	var err error
	switch {
	case len(os.Args) == 3 && os.Args[1] == "check":
		err = check(os.Args[2])
	case len(os.Args) == 2:
		err = run(os.Args[1], os.Stdout)
	default:
		err = errors.New("usage: door CONFIG | door check CONFIG | door check http://127.0.0.1:PORT/PATH")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "door:", err)
		os.Exit(1)
	}
}

// run serves until a signal or until the child ends; the second is an error.
func run(configPath string, output io.Writer) error {
	config, err := LoadConfig(configPath)
	if err != nil {
		return err
	}
	output = &oneAtATime{to: output}
	logger := slog.New(slog.NewJSONHandler(output, nil))
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)

	// Whatever can be wrong is found before the child runs.
	var fronts []*front
	for _, each := range config.Fronts {
		one, err := newFront(each, logger)
		if err != nil {
			return fmt.Errorf("front %q: %w", each.Name, err)
		}
		fronts = append(fronts, one)
	}
	failed := make(chan error, 1)
	for _, one := range fronts {
		if err := one.start(failed); err != nil {
			return fmt.Errorf("front %q: %w", one.config.Name, err)
		}
	}
	var server *child
	childEnded := make(chan struct{})
	if config.Child != nil {
		if server, err = startChild(*config.Child, output, logger); err != nil {
			return err
		}
		childEnded = server.ended
	}
	select {
	case got := <-signals:
		logger.Info("stopping", "signal", got.String())
	case err = <-failed:
	case <-childEnded:
		err = fmt.Errorf("the server behind the door has ended: %w", server.err)
	}
	drain(fronts)
	if server != nil {
		server.stop()
	}
	return err
}

// start serves on every address of the front, and tells of a failure.
func (f *front) start(failed chan<- error) error {
	listeners, err := f.listen()
	if err != nil {
		return err
	}
	for _, listener := range listeners {
		go func() {
			if err := f.server.ServeTLS(listener, "", ""); !errors.Is(err, http.ErrServerClosed) {
				select {
				case failed <- err:
				default:
				}
			}
		}()
	}
	return nil
}

// drain lets the requests end that are being answered, all fronts at once.
func drain(fronts []*front) {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var group sync.WaitGroup
	for _, one := range fronts {
		group.Go(func() {
			if one.server.Shutdown(ctx) != nil {
				_ = one.server.Close()
			}
		})
	}
	group.Wait()
}

// oneAtATime keeps the lines of several writers apart.
type oneAtATime struct {
	mutex sync.Mutex
	to    io.Writer
}

func (w *oneAtATime) Write(data []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	return w.to.Write(data)
}

func firstCertificate(text []byte) (*x509.Certificate, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no certificate in PEM")
	}
	return x509.ParseCertificate(block.Bytes)
}
