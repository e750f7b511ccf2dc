import { type PublishedImage, publishedRef } from "../../../images";

/** What a cluster on AWS runs besides the services. */
export type ToolName =
  "cluster-autoscaler" | "aws-load-balancer-controller" | "nvidia-device-plugin" | "dcgm-exporter";

/**
 * Images of the cluster's tools, pinned to their content. Each digest was read in public repositories that pin the same tag
 * (November 2026); the load balancer controller's is that of its amd64 image, the only one that was found.
 */
export const toolImages: Readonly<Record<ToolName, PublishedImage>> = {
  "cluster-autoscaler": {
    registry: "registry.k8s.io",
    repository: "autoscaling/cluster-autoscaler",
    tag: "v1.36.0",
    digest: "sha256:dc5d62770338c2902f31b01f95c9fc8c456fd88baa5364ca154d6e47069ec885",
  },
  "aws-load-balancer-controller": {
    registry: "public.ecr.aws",
    repository: "eks/aws-load-balancer-controller",
    tag: "v3.5.0",
    digest: "sha256:c2ebdeae779c796e3d071d7a0d3a4ebdbb31e4e8d53e3e5372ee0ab0c4f3f08f",
  },
  "nvidia-device-plugin": {
    registry: "nvcr.io",
    repository: "nvidia/k8s-device-plugin",
    tag: "v0.20.0",
    digest: "sha256:a61ba9fd8efb82f3a79f877f7580e02c1e8e7593f62473644bc9c79e315c3312",
  },
  "dcgm-exporter": {
    registry: "nvcr.io",
    repository: "nvidia/k8s/dcgm-exporter",
    tag: "4.6.0-4.8.3-distroless",
    digest: "sha256:613ab03c11d442fd960ff515f547e9921537454a712d08160bc8f677f89f1c35",
  },
};

/** The pullable name of a tool's image; `mirror` stands in for every registry. */
export const toolImage = (tool: ToolName, mirror?: string): string => publishedRef(toolImages[tool], mirror);
