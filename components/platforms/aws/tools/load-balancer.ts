import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1/customResourceDefinition";
import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
import * as pulumi from "@pulumi/pulumi";
import type { Leaf } from "../../../core/foundation";
import type { Peer } from "../../kubernetes/network-rules";
import { onSystemNodes } from "../pools";
import type { AwsScope } from "../scope";
import { podRole } from "../workload-identity";
import { asksApis, fence } from "./fence";
import { LEADER_RULES, LOAD_BALANCER_RULES, loadBalancerStatements } from "./load-balancer-rights";
import { httpProbe, labelsOf, NAMESPACE, resources, restricted, unprivileged } from "./pod";
import { toolAccount } from "./rbac";

const TOOL = "aws-load-balancer-controller";
const METRICS_PORT = 8080;
const HEALTH_PORT = 61779;

/** Args of `LoadBalancerController`. */
export interface LoadBalancerControllerArgs {
  readonly scope: AwsScope;
  /** Name of the cluster. */
  readonly cluster: string;
  readonly vpcId: pulumi.Input<string>;
  readonly image: string;
  /** Certificate of its webhook server. No webhook asks it here, and yet it does not start without one. */
  readonly certificate: Leaf;
  /** Where the API server and AWS' APIs are. */
  readonly apis: readonly Peer[];
  /** Tags of the load balancers that it makes. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Makes a network load balancer for each Service of class `service.k8s.aws/nlb`. */
export class LoadBalancerController extends pulumi.ComponentResource {
  /** Exist while it works: a Service that it serves can be deleted only while they are there. */
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: LoadBalancerControllerArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:LoadBalancerController", name, {}, opts);
    const { scope, cluster } = args;
    const identity = podRole(
      name,
      {
        scope,
        cluster,
        pod: { namespace: NAMESPACE, serviceAccount: TOOL },
        suffix: "load-balancers",
        does: "Makes the cluster's load balancers",
        statements: loadBalancerStatements(scope, cluster),
      },
      this,
    );
    const account = toolAccount(name, TOOL, { cluster: LOAD_BALANCER_RULES, own: LEADER_RULES }, this);
    const network = fence(name, TOOL, asksApis(args.apis), this);
    const kinds = KINDS.map((kind) => this.define(kind));
    const before = [...account, network, ...kinds, ...identity.readyWhen];
    const deployment = this.deployment([...before, this.certificate()]);
    this.readyWhen = [...before, deployment];
    this.registerOutputs({});
  }

  /** One of the controller's own kinds. Only it writes them, so their fields are its business and not checked here. */
  private define({ kind, plural, singular, scope }: Kind): CustomResourceDefinition {
    const open = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
    return new CustomResourceDefinition(
      `${this.name}-${plural}`,
      {
        metadata: { name: `${plural}.elbv2.k8s.aws`, labels: labelsOf(TOOL) },
        spec: {
          group: "elbv2.k8s.aws",
          scope,
          names: { kind, plural, singular, listKind: `${kind}List` },
          versions: [
            {
              name: "v1beta1",
              served: true,
              storage: true,
              subresources: { status: {} },
              schema: {
                openAPIV3Schema: {
                  type: "object",
                  properties: {
                    apiVersion: { type: "string" },
                    kind: { type: "string" },
                    metadata: { type: "object" },
                    spec: open,
                    status: open,
                  },
                },
              },
            },
          ],
        },
      },
      { parent: this },
    );
  }

  private certificate(): Secret {
    const { certificate, key } = this.args.certificate;
    return new Secret(
      `${this.name}-certificate`,
      {
        metadata: { name: `${TOOL}-tls`, namespace: NAMESPACE, labels: labelsOf(TOOL) },
        type: "kubernetes.io/tls",
        stringData: { "tls.crt": certificate, "tls.key": key.unwrap() },
      },
      { parent: this },
    );
  }

  private deployment(after: readonly pulumi.Resource[]): Deployment {
    const labels = labelsOf(TOOL);
    const metadata = { name: TOOL, namespace: NAMESPACE, labels };
    new PodDisruptionBudget(
      `${this.name}-budget`,
      { metadata, spec: { minAvailable: 1, selector: { matchLabels: labels } } },
      { parent: this },
    );
    return new Deployment(
      `${this.name}-deployment`,
      {
        metadata,
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: TOOL,
              automountServiceAccountToken: true,
              priorityClassName: "system-cluster-critical",
              nodeSelector: { ...onSystemNodes.nodeSelector, "kubernetes.io/arch": "amd64" },
              tolerations: [...onSystemNodes.tolerations],
              topologySpreadConstraints: [
                {
                  maxSkew: 1,
                  topologyKey: "topology.kubernetes.io/zone",
                  whenUnsatisfiable: "ScheduleAnyway",
                  labelSelector: { matchLabels: labels },
                },
              ],
              securityContext: restricted,
              containers: [
                {
                  name: TOOL,
                  image: this.args.image,
                  args: controllerArguments(this.args),
                  ports: [{ name: "metrics", containerPort: METRICS_PORT }],
                  livenessProbe: httpProbe("/healthz", HEALTH_PORT, 30),
                  readinessProbe: httpProbe("/readyz", HEALTH_PORT),
                  resources: resources("100m", "384Mi"),
                  securityContext: { ...unprivileged, capabilities: { drop: ["ALL"] } },
                  volumeMounts: [
                    {
                      name: "certificate",
                      mountPath: "/tmp/k8s-webhook-server/serving-certs",
                      readOnly: true,
                    },
                  ],
                },
              ],
              volumes: [{ name: "certificate", secret: { secretName: `${TOOL}-tls`, defaultMode: 0o440 } }],
            },
          },
        },
      },
      { parent: this, dependsOn: [...after] },
    );
  }
}

interface Kind {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly scope: "Namespaced" | "Cluster";
}

/** The kinds without which it does not start. */
const KINDS: readonly Kind[] = [
  {
    kind: "TargetGroupBinding",
    plural: "targetgroupbindings",
    singular: "targetgroupbinding",
    scope: "Namespaced",
  },
  {
    kind: "IngressClassParams",
    plural: "ingressclassparams",
    singular: "ingressclassparams",
    scope: "Cluster",
  },
];

/** The controller's flags: the VPC and region are said, since a pod cannot ask the node for them. */
function controllerArguments(args: LoadBalancerControllerArgs): pulumi.Input<string>[] {
  const tags = Object.entries(args.tags).map(([key, value]) => `${key}=${value}`);
  return [
    `--cluster-name=${args.cluster}`,
    `--aws-region=${args.scope.region}`,
    pulumi.interpolate`--aws-vpc-id=${args.vpcId}`,
    "--load-balancer-class=service.k8s.aws/nlb",
    "--default-target-type=ip",
    "--default-load-balancer-scheme=internal",
    "--enable-shield=false",
    "--enable-waf=false",
    "--enable-wafv2=false",
    "--enable-pod-readiness-gate-inject=false",
    "--ingress-class=none",
    "--feature-gates=GlobalAcceleratorController=false,NLBGatewayAPI=false,ALBGatewayAPI=false",
    `--metrics-bind-addr=:${METRICS_PORT}`,
    `--default-tags=${tags.join(",")}`,
    "--log-level=info",
  ];
}
