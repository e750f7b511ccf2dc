import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { CANARY } from "../../cases";
import type { Fixture } from "../../rpc";

type Part = Readonly<Record<string, JavaScriptValue>>;

/** A container of Docker. */
export const docker = (props: Part, name = "it"): Fixture => ({
  type: "docker:index/container:Container",
  name,
  props: { ...props },
});

/** A service of Swarm. */
export const swarm = (containerSpec: Part, taskSpec: Part = {}): Fixture => ({
  type: "docker:index/service:Service",
  props: { taskSpec: { containerSpec: { ...containerSpec }, ...taskSpec } },
});

/** A Deployment of one container. */
export const deployment = (container: Part, pod: Part = {}, name = "it"): Fixture => ({
  type: "kubernetes:apps/v1:Deployment",
  name,
  props: {
    metadata: { namespace: "web" },
    spec: { template: { spec: { containers: [{ name: "web", ...container }], ...pod } } },
  },
});

/** The same pod in another kind, whose pod is at the same place. */
export const inKind = (type: string, { props, name = "it" }: Fixture): Fixture => ({ type, name, props });

/** A CronJob of one container. */
export const cronJob = (container: Part, pod: Part = {}): Fixture => ({
  type: "kubernetes:batch/v1beta1:CronJob",
  props: {
    spec: {
      jobTemplate: { spec: { template: { spec: { containers: [{ name: "web", ...container }], ...pod } } } },
    },
  },
});

/** A pod as a generic resource declares it. */
export const genericPod = (container: Part, pod: Part = {}): Fixture => ({
  type: "kubernetes:v1:Pod",
  props: { spec: { initContainers: [{ name: "first", ...container }], ...pod } },
});

/** Secrets where Docker keeps some. */
export const dockerSecrets: Part = {
  envs: [`PASSWORD=${CANARY}`],
  labels: [{ label: "token", value: CANARY }],
  image: CANARY,
};

/** Secrets where Kubernetes keeps some. */
export const podSecrets: Part = { env: [{ name: "PASSWORD", value: CANARY }], image: CANARY, args: [CANARY] };
