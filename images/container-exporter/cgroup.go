package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Usage is what the kernel has counted for one container. A pointer is nil where the kernel has no such limit.
type Usage struct {
	CPUSeconds       float64
	ThrottledSeconds float64
	CPULimit         *float64
	MemoryUsage      float64
	WorkingSet       float64
	MemoryLimit      *float64
	OOMKills         float64
	PIDs             float64
	ReadBytes        float64
	WriteBytes       float64
}

// Above it a limit of cgroup v1 is the kernel's way to say that there is none.
const noLimit = 1 << 62

// Cgroups reads the counters below a mounted /sys/fs/cgroup, of either version.
type Cgroups struct {
	root string
	v2   bool
}

// OpenCgroups finds out which version is mounted.
func OpenCgroups(root string) (Cgroups, error) {
	if _, err := os.Stat(filepath.Join(root, "cgroup.controllers")); err == nil {
		return Cgroups{root: root, v2: true}, nil
	}
	if _, err := os.Stat(filepath.Join(root, "memory")); err != nil {
		return Cgroups{}, errors.New(root + " holds neither cgroup v2 nor the memory controller of v1")
	}
	return Cgroups{root: root}, nil
}

// Usage of a container; fs.ErrNotExist when it has no cgroup, because it does not run.
func (c Cgroups) Usage(id string) (Usage, error) {
	if c.v2 {
		return c.usageV2(id)
	}
	return c.usageV1(id)
}

// folder of a container below a controller: where Docker's own driver puts it, or where systemd does.
func (c Cgroups) folder(controller, id string) (string, error) {
	for _, place := range []string{"docker/" + id, "system.slice/docker-" + id + ".scope"} {
		path := filepath.Join(c.root, controller, place)
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", fs.ErrNotExist
}

func (c Cgroups) usageV1(id string) (Usage, error) {
	folders := map[string]string{}
	for _, controller := range []string{"cpuacct", "cpu", "memory", "pids", "blkio"} {
		path, err := c.folder(controller, id)
		if err != nil {
			return Usage{}, err
		}
		folders[controller] = path
	}
	r := reader{}
	memory := folders["memory"]
	usage := r.number(memory, "memory.usage_in_bytes")
	u := Usage{
		CPUSeconds:       r.number(folders["cpuacct"], "cpuacct.usage") / 1e9,
		ThrottledSeconds: r.field(folders["cpu"], "cpu.stat", "throttled_time") / 1e9,
		MemoryUsage:      usage,
		WorkingSet:       max(0, usage-r.field(memory, "memory.stat", "total_inactive_file")),
		OOMKills:         r.field(memory, "memory.oom_control", "oom_kill"),
		PIDs:             r.number(folders["pids"], "pids.current"),
	}
	if limit := r.number(memory, "memory.limit_in_bytes"); limit < noLimit {
		u.MemoryLimit = &limit
	}
	if quota := r.number(folders["cpu"], "cpu.cfs_quota_us"); quota > 0 {
		limit := quota / r.number(folders["cpu"], "cpu.cfs_period_us")
		u.CPULimit = &limit
	}
	// Lines such as "8:0 Read 4096", one per device and kind.
	for _, words := range r.lines(folders["blkio"], "blkio.throttle.io_service_bytes_recursive") {
		if len(words) != 3 {
			continue
		}
		switch words[1] {
		case "Read":
			u.ReadBytes += r.parse(words[2])
		case "Write":
			u.WriteBytes += r.parse(words[2])
		}
	}
	return u, r.err
}

func (c Cgroups) usageV2(id string) (Usage, error) {
	path, err := c.folder("", id)
	if err != nil {
		return Usage{}, err
	}
	r := reader{}
	usage := r.number(path, "memory.current")
	u := Usage{
		CPUSeconds:       r.field(path, "cpu.stat", "usage_usec") / 1e6,
		ThrottledSeconds: r.field(path, "cpu.stat", "throttled_usec") / 1e6,
		MemoryUsage:      usage,
		WorkingSet:       max(0, usage-r.field(path, "memory.stat", "inactive_file")),
		OOMKills:         r.field(path, "memory.events", "oom_kill"),
		PIDs:             r.number(path, "pids.current"),
	}
	if words := r.words(path, "memory.max"); len(words) == 1 && words[0] != "max" {
		limit := r.parse(words[0])
		u.MemoryLimit = &limit
	}
	if words := r.words(path, "cpu.max"); len(words) == 2 && words[0] != "max" {
		limit := r.parse(words[0]) / r.parse(words[1])
		u.CPULimit = &limit
	}
	// Lines such as "8:0 rbytes=4096 wbytes=0 rios=1", one per device.
	for _, words := range r.lines(path, "io.stat") {
		for _, word := range words {
			if bytes, ok := strings.CutPrefix(word, "rbytes="); ok {
				u.ReadBytes += r.parse(bytes)
			} else if bytes, ok := strings.CutPrefix(word, "wbytes="); ok {
				u.WriteBytes += r.parse(bytes)
			}
		}
	}
	return u, r.err
}

// reader reads the kernel's small text files and keeps the first error.
type reader struct{ err error }

func (r *reader) text(folder, file string) string {
	text, err := os.ReadFile(filepath.Join(folder, file))
	r.keep(err)
	return string(text)
}

func (r *reader) words(folder, file string) []string {
	return strings.Fields(r.text(folder, file))
}

func (r *reader) lines(folder, file string) [][]string {
	var lines [][]string
	for line := range strings.Lines(r.text(folder, file)) {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}

func (r *reader) number(folder, file string) float64 {
	return r.parse(strings.TrimSpace(r.text(folder, file)))
}

// field is the number behind a name: "oom_kill 3". A kernel that does not count it says nothing, which is 0.
func (r *reader) field(folder, file, name string) float64 {
	for _, words := range r.lines(folder, file) {
		if len(words) == 2 && words[0] == name {
			return r.parse(words[1])
		}
	}
	return 0
}

func (r *reader) parse(text string) float64 {
	if r.err != nil {
		return 0
	}
	number, err := strconv.ParseFloat(text, 64)
	r.keep(err)
	return number
}

func (r *reader) keep(err error) {
	if r.err == nil {
		r.err = err
	}
}
