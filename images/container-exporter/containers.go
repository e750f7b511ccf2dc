package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

const (
	stackLabel   = "semblance.stack"
	serviceLabel = "semblance.service"
)

// Container is what the engine has written down about one of its containers.
type Container struct {
	ID       string
	Service  string
	Started  time.Time
	Running  bool
	Restarts float64
	// Healthy is nil where the container has no health check.
	Healthy *bool
}

// record is the part of the engine's config.v2.json that is looked at. Its environment is not.
type record struct {
	ID           string
	RestartCount float64
	Config       struct{ Labels map[string]string }
	State        struct {
		Running   bool
		StartedAt time.Time
		Health    *struct{ Status string }
	}
}

// Containers reads the engine's records of the servers of one stack. A record that cannot be read is of a container that is
// being removed, and is left out.
func Containers(folder, stack string) ([]Container, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*", "config.v2.json"))
	if err != nil {
		return nil, err
	}
	if _, err := os.ReadDir(folder); err != nil {
		return nil, err
	}
	var found []Container
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var r record
		if err := json.Unmarshal(text, &r); err != nil {
			continue
		}
		service := r.Config.Labels[serviceLabel]
		if service == "" || r.Config.Labels[stackLabel] != stack {
			continue
		}
		one := Container{ID: r.ID, Service: service, Started: r.State.StartedAt, Running: r.State.Running, Restarts: r.RestartCount}
		if r.State.Health != nil {
			healthy := r.State.Running && r.State.Health.Status == "healthy"
			one.Healthy = &healthy
		}
		found = append(found, one)
	}
	return found, nil
}
