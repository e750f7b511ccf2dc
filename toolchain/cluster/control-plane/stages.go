package main

import (
	_ "embed"
	"io"
	"strings"

	nodes "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	pods "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
)

// loadBalancer is ours: kwok has none for services.
//
//go:embed load-balancer.yaml
var loadBalancer string

// stages writes kwok's configuration: its own stages for nodes and pods, which its command has on board but does not
// load, and ours.
func stages(out io.Writer) error {
	all := []string{
		nodes.DefaultNodeInit,
		heartbeat.DefaultNodeHeartbeatWithLease,
		pods.DefaultPodReady,
		pods.DefaultPodComplete,
		pods.DefaultPodDelete,
		loadBalancer,
	}
	_, err := io.WriteString(out, strings.Join(all, "\n---\n"))
	return err
}
