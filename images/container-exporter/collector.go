package main

import (
	"errors"
	"io/fs"
	"log/slog"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Collector asks the kernel at each scrape, so that nothing is older than the answer.
type Collector struct {
	folder  string
	stack   string
	cgroups Cgroups
	log     *slog.Logger
}

func desc(name, help string) *prometheus.Desc {
	return prometheus.NewDesc("container_"+name, help, []string{"service"}, nil)
}

// The names are those of cAdvisor where it has one.
var (
	cpuSeconds  = desc("cpu_usage_seconds_total", "CPU time used.")
	throttled   = desc("cpu_cfs_throttled_seconds_total", "Time for which the CPU limit held the container back.")
	cpuLimit    = desc("cpu_limit_cores", "CPU limit. Absent: none.")
	memoryUsage = desc("memory_usage_bytes", "Memory in use, with the page cache.")
	workingSet  = desc("memory_working_set_bytes", "Memory in use without the page cache that the kernel can take back at once.")
	memoryLimit = desc("memory_limit_bytes", "Memory limit. Absent: none.")
	oomEvents   = desc("oom_events_total", "Processes killed because the memory limit was reached.")
	pids        = desc("pids", "Processes and threads.")
	readBytes   = desc("fs_reads_bytes_total", "Bytes read from block devices.")
	writeBytes  = desc("fs_writes_bytes_total", "Bytes written to block devices.")
	startTime   = desc("start_time_seconds", "When the container was last started, as a Unix time.")
	lastSeen    = desc("last_seen", "When the container was last seen running, as a Unix time.")
	restarts    = desc("restarts_total", "Restarts by the engine, after the container had ended by itself.")
	running     = desc("running", "1 while the container runs.")
	healthy     = desc("healthy", "1 while the container's own health check passes. Absent: it has none.")
)

// Describe says nothing on purpose: which series there are depends on the containers.
func (*Collector) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (c *Collector) Collect(out chan<- prometheus.Metric) {
	containers, err := Containers(c.folder, c.stack)
	if err != nil {
		c.log.Error("the engine's records cannot be read", "error", err)
		out <- prometheus.NewInvalidMetric(running, err)
		return
	}
	now := float64(time.Now().UnixMilli()) / 1000
	for _, one := range containers {
		gauge := func(d *prometheus.Desc, value float64) { c.send(out, d, prometheus.GaugeValue, value, one.Service) }
		counter := func(d *prometheus.Desc, value float64) { c.send(out, d, prometheus.CounterValue, value, one.Service) }
		counter(restarts, one.Restarts)
		if one.Healthy != nil {
			gauge(healthy, truth(*one.Healthy))
		}
		usage, err := c.cgroups.Usage(one.ID)
		gauge(running, truth(one.Running && err == nil))
		if err != nil {
			// It does not run, or its cgroup went away while it was being read.
			if !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENODEV) {
				c.log.Error("counters cannot be read", "service", one.Service, "error", err)
			}
			continue
		}
		gauge(startTime, float64(one.Started.UnixMilli())/1000)
		gauge(lastSeen, now)
		counter(cpuSeconds, usage.CPUSeconds)
		counter(throttled, usage.ThrottledSeconds)
		gauge(memoryUsage, usage.MemoryUsage)
		gauge(workingSet, usage.WorkingSet)
		counter(oomEvents, usage.OOMKills)
		gauge(pids, usage.PIDs)
		counter(readBytes, usage.ReadBytes)
		counter(writeBytes, usage.WriteBytes)
		if usage.CPULimit != nil {
			gauge(cpuLimit, *usage.CPULimit)
		}
		if usage.MemoryLimit != nil {
			gauge(memoryLimit, *usage.MemoryLimit)
		}
	}
}

func (*Collector) send(out chan<- prometheus.Metric, d *prometheus.Desc, kind prometheus.ValueType, value float64, service string) {
	out <- prometheus.MustNewConstMetric(d, kind, value, service)
}

func truth(value bool) float64 {
	if value {
		return 1
	}
	return 0
}
