// Container-exporter tells Prometheus what the containers of one stack use. It asks nobody: it reads the kernel's counters and
// the engine's own records, so it needs no access to the engine, which would be root on the machine.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/alecthomas/kingpin/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"
	"github.com/prometheus/exporter-toolkit/web/kingpinflag"
)

func main() {
	app := kingpin.New("container-exporter", "CPU, memory and disk of the containers of one stack.")
	stack := app.Flag("stack", "Stack whose containers are measured.").Required().String()
	containers := app.Flag("path.containers", "The engine's folder of containers.").Required().String()
	cgroups := app.Flag("path.cgroups", "What the machine has as /sys/fs/cgroup.").Required().String()
	server := kingpinflag.AddFlags(app, ":9104")
	kingpin.MustParse(app.Parse(os.Args[1:]))

	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	opened, err := OpenCgroups(*cgroups)
	if err != nil {
		log.Error("cannot start", "error", err)
		os.Exit(1)
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(
		&Collector{folder: *containers, stack: *stack, cgroups: opened, log: log},
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	)
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError}))
	if err := web.ListenAndServe(&http.Server{}, server, log); err != nil {
		log.Error("cannot listen", "error", err)
		os.Exit(1)
	}
}
