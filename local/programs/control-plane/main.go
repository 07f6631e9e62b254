// The control plane of the local region in one binary: each subcommand is one of the programs that a
// Kubernetes control plane is made of, unchanged, linked together so that the first start compiles them once.
//
//	control-plane etcd --data-dir DIR --socket PATH
//	control-plane kube-apiserver ...            as the Kubernetes program of that name
//	control-plane kube-controller-manager ...   as the Kubernetes program of that name
//	control-plane kube-scheduler ...            as the Kubernetes program of that name
//	control-plane kwok ...                      keeps nodes and pods alive that no machine stands for; see kwok.go
//	control-plane kubectl ...                   as the Kubernetes program of that name
//	control-plane token-webhook ...             verifies EKS tokens; see token_webhook.go
package main

import (
	"fmt"
	"os"

	// The API server logs in JSON or text and exports metrics through these registrations.
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	// Time zones of CronJobs without the machine's own database.
	_ "time/tzdata"

	"k8s.io/component-base/cli"
	kubectl "k8s.io/kubectl/pkg/cmd"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
)

func main() {
	if len(os.Args) < 2 {
		usage()
	}
	name := os.Args[1]
	// Each program parses os.Args itself and must find its own name first.
	os.Args = os.Args[1:]
	switch name {
	case "etcd":
		stopWithParent()
		exitOn(runEtcd(os.Args[1:]))
	case "token-webhook":
		stopWithParent()
		exitOn(runTokenWebhook(os.Args[1:]))
	case "kube-apiserver":
		stopWithParent()
		os.Exit(cli.Run(apiserver.NewAPIServerCommand()))
	case "kube-controller-manager":
		stopWithParent()
		os.Exit(cli.Run(controllermanager.NewControllerManagerCommand()))
	case "kube-scheduler":
		stopWithParent()
		os.Exit(cli.Run(scheduler.NewSchedulerCommand()))
	case "kwok":
		stopWithParent()
		exitOn(runKwok(os.Args[1:]))
	case "kubectl":
		if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: control-plane etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kwok|kubectl|token-webhook [flags]")
	os.Exit(2)
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "control-plane:", err)
		os.Exit(1)
	}
}
