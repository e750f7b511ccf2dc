package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

const id = "0123456789abcdef"

func write(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func v1(t *testing.T, place string) string {
	root := t.TempDir()
	write(t, root, map[string]string{
		"cpuacct/" + place + "/cpuacct.usage":                           "2500000000\n",
		"cpu/" + place + "/cpu.stat":                                    "nr_periods 5\nthrottled_time 500000000\n",
		"cpu/" + place + "/cpu.cfs_quota_us":                            "50000\n",
		"cpu/" + place + "/cpu.cfs_period_us":                           "100000\n",
		"memory/" + place + "/memory.usage_in_bytes":                    "1000\n",
		"memory/" + place + "/memory.limit_in_bytes":                    "4096\n",
		"memory/" + place + "/memory.stat":                              "inactive_file 7\ntotal_inactive_file 300\n",
		"memory/" + place + "/memory.oom_control":                       "under_oom 0\noom_kill 2\n",
		"pids/" + place + "/pids.current":                               "9\n",
		"blkio/" + place + "/blkio.throttle.io_service_bytes_recursive": "8:0 Read 10\n8:0 Write 20\n8:16 Read 5\n8:16 Total 25\nTotal 60\n",
	})
	return root
}

func v2(t *testing.T, place string) string {
	root := t.TempDir()
	write(t, root, map[string]string{
		"cgroup.controllers":      "cpu io memory pids\n",
		place + "/cpu.stat":       "usage_usec 2500000\nthrottled_usec 500000\n",
		place + "/cpu.max":        "50000 100000\n",
		place + "/memory.current": "1000\n",
		place + "/memory.max":     "4096\n",
		place + "/memory.stat":    "anon 1\ninactive_file 300\n",
		place + "/memory.events":  "oom 5\noom_kill 2\n",
		place + "/pids.current":   "9\n",
		place + "/io.stat":        "8:0 rbytes=10 wbytes=20 rios=1\n8:16 rbytes=5 wbytes=0\n",
	})
	return root
}

func usage(t *testing.T, root string) Usage {
	t.Helper()
	cgroups, err := OpenCgroups(root)
	if err != nil {
		t.Fatal(err)
	}
	u, err := cgroups.Usage(id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Both versions, with both of Docker's drivers, count the same.
func TestUsage(t *testing.T) {
	for name, root := range map[string]string{
		"v1, cgroupfs": v1(t, "docker/"+id),
		"v1, systemd":  v1(t, "system.slice/docker-"+id+".scope"),
		"v2, cgroupfs": v2(t, "docker/"+id),
		"v2, systemd":  v2(t, "system.slice/docker-"+id+".scope"),
	} {
		u := usage(t, root)
		if u.CPULimit == nil || *u.CPULimit != 0.5 || u.MemoryLimit == nil || *u.MemoryLimit != 4096 {
			t.Errorf("%s: limits %v %v", name, u.CPULimit, u.MemoryLimit)
		}
		u.CPULimit, u.MemoryLimit = nil, nil
		want := Usage{CPUSeconds: 2.5, ThrottledSeconds: 0.5, MemoryUsage: 1000, WorkingSet: 700, OOMKills: 2, PIDs: 9, ReadBytes: 15, WriteBytes: 20}
		if u != want {
			t.Errorf("%s: %+v, not %+v", name, u, want)
		}
	}
}

func TestNoLimits(t *testing.T) {
	first, second := v1(t, "docker/"+id), v2(t, "docker/"+id)
	write(t, first, map[string]string{
		"memory/docker/" + id + "/memory.limit_in_bytes": "9223372036854771712\n",
		"cpu/docker/" + id + "/cpu.cfs_quota_us":         "-1\n",
	})
	write(t, second, map[string]string{"docker/" + id + "/memory.max": "max\n", "docker/" + id + "/cpu.max": "max 100000\n"})
	for _, root := range []string{first, second} {
		if u := usage(t, root); u.CPULimit != nil || u.MemoryLimit != nil {
			t.Errorf("%+v", u)
		}
	}
}

func TestContainerThatDoesNotRun(t *testing.T) {
	for _, root := range []string{v1(t, "docker/other"), v2(t, "docker/other")} {
		cgroups, err := OpenCgroups(root)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cgroups.Usage(id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v", err)
		}
	}
}

func TestNoCgroups(t *testing.T) {
	if _, err := OpenCgroups(t.TempDir()); err == nil {
		t.Error("an empty folder was taken for cgroups")
	}
}

func TestContainersOfOneStack(t *testing.T) {
	root := t.TempDir()
	labelled := func(stack, service, state string) string {
		return `{"ID":"x","RestartCount":3,"Config":{"Labels":{"semblance.stack":"` + stack + `","semblance.service":"` + service + `"}},"State":` + state + `}`
	}
	write(t, root, map[string]string{
		"a/config.v2.json": labelled("dev", "redis", `{"Running":true,"StartedAt":"2026-01-02T03:04:05Z","Health":{"Status":"healthy"}}`),
		"b/config.v2.json": labelled("dev-two", "redis", `{"Running":true}`),
		"c/config.v2.json": `{"ID":"y","Config":{}}`,
		"d/config.v2.json": `half a rec`,
		"e/config.v2.json": labelled("dev", "", `{}`),
		"f/config.v2.json": labelled("dev", "loki", `{"Running":false,"Health":{"Status":"healthy"}}`),
		"g/config.v2.json": labelled("dev", "minio", `{"Running":true}`),
	})
	found, err := Containers(root, "dev")
	if err != nil || len(found) != 3 {
		t.Fatalf("%+v %v", found, err)
	}
	redis, loki, minio := found[0], found[1], found[2]
	if redis.Service != "redis" || redis.Restarts != 3 || redis.Started.Unix() != 1767323045 || redis.Healthy == nil || !*redis.Healthy {
		t.Errorf("%+v", redis)
	}
	if loki.Healthy == nil || *loki.Healthy {
		t.Error("a container that does not run is not healthy")
	}
	if minio.Healthy != nil {
		t.Error("a container without a health check has no health")
	}
	if _, err := Containers(filepath.Join(root, "nowhere"), "dev"); err == nil {
		t.Error("a folder that is not there was read")
	}
}
