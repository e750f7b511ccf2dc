// Command cluster is a Kubernetes control plane for tests in one binary: its first argument names the command to be.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/etcdmain"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	_ "time/tzdata"
)

// servers run until their standard input closes; see endWithParent.
var servers = map[string]func(){
	"etcd":                    func() { etcdmain.Main(os.Args) },
	"kube-apiserver":          command(apiserver.NewAPIServerCommand),
	"kube-controller-manager": command(controllermanager.NewControllerManagerCommand),
	"kube-scheduler":          command(func() *cobra.Command { return scheduler.NewSchedulerCommand() }),
	"kwok":                    kwok,
	"volumes":                 volumes,
}

// filters read standard input, write standard output, and end.
var filters = map[string]func(io.Reader, io.Writer) error{
	"pod-security": podSecurity,
	"stages":       func(_ io.Reader, out io.Writer) error { return stages(out) },
}

func main() {
	if len(os.Args) < 2 {
		fail(2, "the name of a command is expected")
	}
	// Every command reads os.Args as if it were alone.
	os.Args = os.Args[1:]
	name := os.Args[0]
	if filter, known := filters[name]; known {
		if err := filter(os.Stdin, os.Stdout); err != nil {
			fail(1, fmt.Sprintf("%s: %v", name, err))
		}
		return
	}
	serve, known := servers[name]
	if !known {
		fail(2, fmt.Sprintf("there is no command %q", name))
	}
	go endWithParent()
	serve()
}

func command(make func() *cobra.Command) func() {
	return func() { os.Exit(cli.Run(make())) }
}

// endWithParent ends the process when its standard input closes. The parent holds the other end of that pipe, and the
// kernel closes it however the parent ends, kill -9 included. Nothing is saved: the data of a test cluster is thrown away.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func fail(code int, message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(code)
}
