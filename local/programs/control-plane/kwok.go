package main

import (
	"context"
	"errors"
	"flag"
	"fmt"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/utils/clock"
	"sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	"sigs.k8s.io/kwok/pkg/apis/internalversion"
	"sigs.k8s.io/kwok/pkg/client/clientset/versioned"
	"sigs.k8s.io/kwok/pkg/config"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	"sigs.k8s.io/kwok/pkg/utils/client"
)

const (
	// kwokLeaseSeconds is how long a node counts as alive after its last sign, as with a kubelet.
	kwokLeaseSeconds = 40
	// kwokParallelism is how many nodes, leases or pods are brought to their next stage at a time.
	kwokParallelism = 8
)

// runKwok runs the controllers of kwok, which keep nodes alive that no machine stands for, and bring the pods on them
// from stage to stage. What kwok's own program has beside them, the server of a kubelet for logs and exec, is left
// out: it wants libraries of a later Kubernetes than this one.
func runKwok(args []string) error {
	flags := flag.NewFlagSet("kwok", flag.ExitOnError)
	kubeconfig := flags.String("kubeconfig", "", "how to reach the API server")
	stages := flags.String("pod-stages", "", "YAML file with the stages of pods")
	selector := flags.String("node-selector", "", "label selector of the nodes that are looked after")
	cidr := flags.String("pod-cidr", "", "range of the pods' addresses")
	_ = flags.Parse(args)
	if *kubeconfig == "" || *stages == "" || *selector == "" || *cidr == "" {
		return errors.New("kwok needs --kubeconfig, --pod-stages, --node-selector and --pod-cidr")
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()

	grouped, err := loadStages(ctx, *stages)
	if err != nil {
		return err
	}
	controllerConfig, err := kwokClients(*kubeconfig)
	if err != nil {
		return err
	}
	controllerConfig.Clock = clock.RealClock{}
	controllerConfig.ID = "kwok"
	controllerConfig.LocalStages = grouped
	controllerConfig.ManageNodesWithLabelSelector = *selector
	controllerConfig.CIDR = *cidr
	controllerConfig.NodeLeaseDurationSeconds = kwokLeaseSeconds
	controllerConfig.NodeLeaseParallelism = kwokParallelism
	controllerConfig.NodePlayStageParallelism = kwokParallelism
	controllerConfig.PodPlayStageParallelism = kwokParallelism
	controllerConfig.PodsOnNodeSyncParallelism = kwokParallelism

	controller, err := controllers.NewController(controllerConfig)
	if err != nil {
		return err
	}
	stop := terminated()
	if err := controller.Start(ctx); err != nil {
		return fmt.Errorf("kwok did not start: %w", err)
	}
	fmt.Println("kwok is ready")
	<-stop
	return nil
}

// loadStages reads the stages of pods from a file and takes those of nodes from kwok itself.
func loadStages(
	ctx context.Context, file string,
) (map[internalversion.StageResourceRef][]*internalversion.Stage, error) {
	objects, err := config.Load(ctx, file)
	if err != nil {
		return nil, fmt.Errorf("the stages in %s cannot be read: %w", file, err)
	}
	stages := config.FilterWithType[*internalversion.Stage](objects)
	for _, text := range []string{fast.DefaultNodeInit, heartbeat.DefaultNodeHeartbeatWithLease} {
		stage, err := config.UnmarshalWithType[*internalversion.Stage](text)
		if err != nil {
			return nil, fmt.Errorf("a stage of kwok itself cannot be read: %w", err)
		}
		stages = append(stages, stage)
	}
	grouped := map[internalversion.StageResourceRef][]*internalversion.Stage{}
	for _, stage := range stages {
		grouped[stage.Spec.ResourceRef] = append(grouped[stage.Spec.ResourceRef], stage)
	}
	return grouped, nil
}

// kwokClients makes all the clients that kwok's controllers ask for.
func kwokClients(kubeconfig string) (controllers.Config, error) {
	clients := controllers.Config{}
	clientset, err := client.NewClientset("", kubeconfig)
	if err != nil {
		return clients, err
	}
	restConfig, err := clientset.ToRESTConfig()
	if err != nil {
		return clients, err
	}
	clients.ImpersonatingDynamicClient = clientset.ToImpersonatingDynamicClient()
	clients.ImpersonatingTypedClient = clientset.ToImpersonatingTypedClient()
	if clients.DynamicClient, err = clientset.ToDynamicClient(); err != nil {
		return clients, err
	}
	if clients.RESTMapper, err = clientset.ToRESTMapper(); err != nil {
		return clients, err
	}
	if clients.RESTClient, err = rest.RESTClientFor(restConfig); err != nil {
		return clients, err
	}
	if clients.TypedClient, err = kubernetes.NewForConfig(restConfig); err != nil {
		return clients, err
	}
	clients.TypedKwokClient, err = versioned.NewForConfig(restConfig)
	return clients, err
}
