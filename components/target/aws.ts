import { corsOrigins } from "../assembly/objects";
import { clusterImageRef } from "../cluster-images";
import { images } from "../images";
import { imagesOf } from "../member-images";
import { AwsFoundation } from "../platforms/aws";
import { managedServices } from "../platforms/aws/managed";
import { awsProvider } from "../platforms/aws/provider";
import { scopeOf } from "../platforms/aws/settings";
import { tagsOf } from "../platforms/aws/tags";
import { KubernetesPlatform } from "../platforms/kubernetes";
import { namespaceOfMember } from "../platforms/kubernetes/names";
import { kubernetesProvider } from "../platforms/kubernetes/provider";
import { absentOnKubernetes } from "../platforms/kubernetes/absent";
import { siteOf } from "../site";
import { arrowsAmong } from "../topology";
import { presentOnKubernetes } from "./kubernetes";
import { callsOut, type Target, type TargetArgs } from "./target";

/** The controller that makes load balancers; its certificate is named for the Service that it would have. */
const CONTROLLER = "aws-load-balancer-controller";

/** A cluster of its own in an account of AWS, and the same services in it as anywhere. */
export function awsTarget({ stack, settings }: TargetArgs): Target {
  const { aws } = settings;
  const { gpuSharing } = settings.kubernetes;
  const scope = scopeOf(stack, aws, gpuSharing);
  const { managed } = aws;
  const present = presentOnKubernetes(settings, managed);
  const foundation = new AwsFoundation(
    "aws",
    {
      stack,
      settings: aws,
      gpuSharing,
      images: imagesOf(present, settings).filter((name) => images[name].published === undefined),
      podOf: (member) => ({ namespace: namespaceOfMember(stack, member), serviceAccount: member }),
    },
    { providers: [awsProvider({ scope, tags: tagsOf(stack, aws) })] },
  );
  const { kubeconfig, clusterIdentifier, edge, storageClass } = foundation;
  const cluster = kubernetesProvider({ kubeconfig, clusterIdentifier });
  const registry = settings.images.registry ?? foundation.registry;
  const { gateway } = settings.kubernetes;
  return {
    present,
    absent: absentOnKubernetes,
    withoutPages: [],
    providers: [cluster],
    platform: (certificates, opts) => {
      const { mirror } = settings.images;
      const tools = foundation.tools(
        {
          certificate: certificates.issue(CONTROLLER, [`${CONTROLLER}.kube-system.svc`]),
          ...(mirror === undefined ? {} : { mirror }),
        },
        { providers: [cluster] },
      );
      return new KubernetesPlatform(
        {
          stack,
          present,
          imageOf: (name) => clusterImageRef(name, { ...settings.images, registry }),
          memoryMiB: settings.memoryMiB,
          arrows: arrowsAmong(present, managed),
          egress: callsOut(settings, present),
          settings: {
            ...settings.kubernetes,
            version: `v${aws.cluster.version}`,
            storageClass: settings.kubernetes.storageClass ?? storageClass,
            gateway: {
              ...gateway,
              annotations: { ...edge.annotations, ...gateway.annotations },
              sourceRanges: [...edge.sourceRanges],
              nodeRanges: [...gateway.nodeRanges, ...edge.healthCheckRanges],
            },
          },
          managed: managedServices(foundation, { managed, corsOrigins: corsOrigins(siteOf(settings)) }),
          loadBalancer: { class: edge.loadBalancerClass, after: tools.readyWhen },
        },
        opts,
      );
    },
  };
}
