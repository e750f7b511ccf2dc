package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/sig-storage-lib-external-provisioner/v13/controller"
)

// volumes stands in for storage drivers: volumes KUBECONFIG PROVISIONER... answers claims of the storage classes that
// name one of these provisioners, by the library that drivers use. There is no disk behind its volumes.
func volumes() {
	if err := serveVolumes(); err != nil {
		fmt.Fprintln(os.Stderr, "volumes:", err)
		os.Exit(1)
	}
}

func serveVolumes() error {
	if len(os.Args) < 3 {
		return fmt.Errorf("a kubeconfig and the names of the provisioners to stand in for are expected")
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	controller.NewProvisionController(ctx, client, os.Args[2], provisioner{client},
		controller.AdditionalProvisionerNames(os.Args[3:]),
		controller.LeaderElection(false),
	).Run(ctx)
	return nil
}

type provisioner struct{ client kubernetes.Interface }

func (p provisioner) Provision(ctx context.Context, options controller.ProvisionOptions) (*corev1.PersistentVolume, controller.ProvisioningState, error) {
	affinity, err := p.zoneOf(ctx, options.SelectedNodeName)
	if err != nil {
		return nil, controller.ProvisioningFinished, err
	}
	claim := options.PVC.Spec
	return &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: options.PVName},
		Spec: corev1.PersistentVolumeSpec{
			AccessModes:                   claim.AccessModes,
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Resources.Requests[corev1.ResourceStorage]},
			MountOptions:                  options.StorageClass.MountOptions,
			NodeAffinity:                  affinity,
			PersistentVolumeReclaimPolicy: *options.StorageClass.ReclaimPolicy,
			VolumeMode:                    claim.VolumeMode,
			// A kind of volume that no controller attaches: attaching waits for a driver on the node.
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				HostPath: &corev1.HostPathVolumeSource{Path: "/simulated/" + options.PVName},
			},
		},
	}, controller.ProvisioningFinished, nil
}

// Delete removes nothing: the library removes the volume's object.
func (provisioner) Delete(context.Context, *corev1.PersistentVolume) error { return nil }

// zoneOf ties a volume to the zone of the node that was chosen for its first pod, as disks of clouds are.
func (p provisioner) zoneOf(ctx context.Context, nodeName string) (*corev1.VolumeNodeAffinity, error) {
	if nodeName == "" {
		return nil, nil
	}
	node, err := p.client.CoreV1().Nodes().Get(ctx, nodeName, metav1.GetOptions{})
	if err != nil {
		return nil, err
	}
	zone, known := node.Labels[corev1.LabelTopologyZone]
	if !known {
		return nil, nil
	}
	inZone := corev1.NodeSelectorRequirement{
		Key: corev1.LabelTopologyZone, Operator: corev1.NodeSelectorOpIn, Values: []string{zone},
	}
	return &corev1.VolumeNodeAffinity{Required: &corev1.NodeSelector{NodeSelectorTerms: []corev1.NodeSelectorTerm{
		{MatchExpressions: []corev1.NodeSelectorRequirement{inZone}},
	}}}, nil
}
