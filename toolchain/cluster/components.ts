import { join } from "node:path";

/** Where a cluster keeps what its components read and write. */
export interface Layout {
  readonly folder: string;
  /** Of the API server, the only one that listens on a port. */
  readonly port: number;
}

/** The file of one purpose in a cluster's folder. */
export const file = ({ folder }: Pick<Layout, "folder">, name: string): string => join(folder, name);

/** The parts of a control plane that run as processes, in the order in which they are started. */
export const componentNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok",
  "volumes",
] as const;
export type ComponentName = (typeof componentNames)[number];

/**
 * The components that are clients of the API server, with a certificate each. kwok and volumes stand in for what has
 * many identities: the kubelets and the storage drivers.
 */
export const clients: Readonly<
  Record<string, { readonly user: string; readonly groups: readonly string[] }>
> = {
  "kube-controller-manager": { user: "system:kube-controller-manager", groups: [] },
  "kube-scheduler": { user: "system:kube-scheduler", groups: [] },
  kwok: { user: "kwok", groups: ["system:masters"] },
  volumes: { user: "volumes", groups: ["system:masters"] },
};

/** The file with which a client finds the API server and says who it is. */
export const kubeconfigOf = (layout: Pick<Layout, "folder">, client: string): string =>
  file(layout, `${client}.kubeconfig`);

/** Marks the nodes that kwok keeps alive. */
export const SIMULATED_NODE = { "kwok.x-k8s.io/node": "simulated" };

/** Storage drivers that are stood in for: the test cluster's own default, and the one of AWS. */
export const DEFAULT_PROVISIONER = "disk.simulated.local";
const PROVISIONERS = [DEFAULT_PROVISIONER, "ebs.csi.aws.com"];

/** Requests per second that controllers may send: the defaults of 20 to 50 are for servers that others use too. */
const FAST = ["--kube-api-qps=300", "--kube-api-burst=600"];

/** The command line of a component. */
export function argumentsOf(name: ComponentName, layout: Layout): readonly string[] {
  const at = (path: string): string => file(layout, path);
  // A socket in a folder that only we may enter, rather than a port without a password.
  const etcd = `unix://${at("etcd.sock")}`;
  switch (name) {
    case "etcd":
      return [
        `--data-dir=${at("etcd")}`,
        `--listen-client-urls=${etcd}`,
        // It has no peers and nobody to advertise to, but must say where: a socket of this name in its working folder.
        "--advertise-client-urls=unix://client:0",
        "--listen-peer-urls=unix://peer:0",
        "--initial-advertise-peer-urls=unix://peer:0",
        "--initial-cluster=default=unix://peer:0",
        "--unsafe-no-fsync",
      ];
    case "kube-apiserver":
      return [
        `--etcd-servers=${etcd}`,
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        `--secure-port=${layout.port}`,
        // There is nobody who could be reached at the Service "kubernetes".
        "--endpoint-reconciler-type=none",
        `--tls-cert-file=${at("server.crt")}`,
        `--tls-private-key-file=${at("server.key")}`,
        `--client-ca-file=${at("ca.crt")}`,
        "--service-account-issuer=https://kubernetes.default.svc",
        `--service-account-key-file=${at("service-accounts.pub")}`,
        `--service-account-signing-key-file=${at("service-accounts.key")}`,
        "--service-cluster-ip-range=10.96.0.0/16",
        "--authorization-mode=Node,RBAC",
        `--admission-control-config-file=${at("admission.json")}`,
        // Otherwise validation refuses privileged containers before admission does.
        "--allow-privileged=true",
        "--profiling=false",
      ];
    case "kube-controller-manager":
      return [
        `--kubeconfig=${kubeconfigOf(layout, name)}`,
        "--secure-port=0",
        "--leader-elect=false",
        "--use-service-account-credentials",
        `--service-account-private-key-file=${at("service-accounts.key")}`,
        `--root-ca-file=${at("ca.crt")}`,
        "--profiling=false",
        ...FAST,
      ];
    case "kube-scheduler":
      return [
        `--kubeconfig=${kubeconfigOf(layout, name)}`,
        "--secure-port=0",
        "--leader-elect=false",
        "--profiling=false",
        ...FAST,
      ];
    case "kwok":
      return [
        `--kubeconfig=${kubeconfigOf(layout, name)}`,
        `--config=${at("stages.yaml")}`,
        `--manage-nodes-with-annotation-selector=${Object.entries(SIMULATED_NODE).map((pair) => pair.join("="))}`,
        "--cidr=10.244.0.0/16",
        "--node-ip=192.0.2.2",
        "--node-lease-duration-seconds=40",
      ];
    case "volumes":
      return [kubeconfigOf(layout, name), ...PROVISIONERS];
  }
}
