import assert from "node:assert/strict";
import { z } from "zod";
import { LABEL } from "../../components/platforms/kubernetes/names";
import { memberNames, type ServiceName } from "../../components/topology";
import { imageName, type Rendered } from "./conformance-view";
import type { Manifest } from "./kubernetes-program";
import { allows, type Cluster } from "./network-evaluator";
import { type RenderedPod, renderedCluster, renderedPods } from "./network-rendered";
import type { Text } from "./recorded-program";

const probe = z.object({
  exec: z.object({ command: z.array(z.string()) }),
  periodSeconds: z.number(),
  failureThreshold: z.number(),
});
const source = z.object({
  name: z.string(),
  items: z.array(z.object({ key: z.string(), path: z.string() })),
});
const volume = z.looseObject({
  name: z.string(),
  projected: z
    .object({
      sources: z.array(z.object({ secret: source.optional(), configMap: source.optional() })),
    })
    .optional(),
  hostPath: z.object({ path: z.string() }).optional(),
  persistentVolumeClaim: z.object({ claimName: z.string() }).optional(),
  ephemeral: z.unknown().optional(),
});
const container = z.object({
  image: z.string(),
  command: z.array(z.string()),
  env: z
    .array(
      z.object({
        name: z.string(),
        value: z.string().optional(),
        valueFrom: z
          .object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }).optional() })
          .optional(),
      }),
    )
    .default([]),
  resources: z.object({ limits: z.object({ cpu: z.string(), memory: z.string() }) }),
  securityContext: z.object({
    allowPrivilegeEscalation: z.boolean(),
    privileged: z.boolean().default(false),
    readOnlyRootFilesystem: z.boolean(),
    capabilities: z.object({ drop: z.array(z.string()), add: z.array(z.string()).default([]) }),
  }),
  startupProbe: probe.optional(),
  readinessProbe: probe.optional(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).default([]),
});
const template = z.object({
  spec: z.object({
    containers: z.tuple([container]),
    securityContext: z.object({ runAsUser: z.number(), runAsGroup: z.number() }),
    hostAliases: z.array(z.object({ hostnames: z.array(z.string()) })).default([]),
    volumes: z.array(volume).default([]),
  }),
});
const workload = z.object({ spec: z.object({ template }) });
const service = z.object({
  spec: z.object({
    type: z.string(),
    selector: z.record(z.string(), z.string()),
    ports: z.array(z.object({ port: z.number() })),
  }),
});
const data = z.object({ data: z.record(z.string(), z.string()) });

type Pod = z.infer<typeof template>["spec"];

/** The servers and the jobs among what is sent to the API server. */
export function renderedByKubernetes(manifests: readonly Manifest[]): Rendered[] {
  const cluster = renderedCluster(manifests);
  const pods = renderedPods(manifests);
  return pods.map((party) => {
    const manifest = manifests.find(
      ({ name, object }) => name === party.name && workload.safeParse(object).success,
    );
    assert.ok(manifest);
    const { spec } = workload.parse(manifest.object).spec.template;
    const [one] = spec.containers;
    const { securityContext: rights, startupProbe, readinessProbe } = one;
    const { runAsUser: uid, runAsGroup: gid } = spec.securityContext;
    const services = manifests.filter((each) => leadsTo(each, party));
    return {
      member: memberOf(party),
      name: party.name,
      marks: { stack: party.labels?.[LABEL.instance], of: party.labels?.[LABEL.component] },
      image: imageName(one.image),
      command: one.command,
      env: new Map(one.env.map((each) => [each.name, envText(each, manifest, manifests)])),
      files: filesOf(spec, manifest, manifests),
      user: { uid, gid },
      powers: {
        writesRoot: !rights.readOnlyRootFilesystem,
        escalates: rights.privileged || rights.allowPrivilegeEscalation,
        drops: rights.capabilities.drop,
        adds: rights.capabilities.add,
        machine: spec.volumes.flatMap(({ hostPath }) => hostPath?.path ?? []),
      },
      limits: { cpu: cores(one.resources.limits.cpu), memoryMiB: mebibytes(one.resources.limits.memory) },
      ready:
        startupProbe === undefined || readinessProbe === undefined
          ? undefined
          : {
              command: readinessProbe.exec.command,
              withinSeconds: startupProbe.periodSeconds * startupProbe.failureThreshold,
            },
      names: services.filter(isInside).flatMap(({ name, namespace = "" }) => dnsNames(name, namespace)),
      hosts: spec.hostAliases.flatMap(({ hostnames }) => hostnames),
      reaches: new Set(pods.filter((to) => to !== party && reaches(cluster, party, to)).map(memberOf)),
      published: services.filter((each) => !isInside(each)).flatMap(portsOf),
      volumes: volumesOf(spec, manifests),
    };
  });
}

const memberOf = ({ member, name }: RenderedPod): ServiceName =>
  memberNames.find((known) => known === member) ?? assert.fail(`${name} is marked as ${member}`);

const reaches = (cluster: Cluster, from: RenderedPod, to: RenderedPod): boolean =>
  to.ports.some(({ containerPort: port }) => allows(cluster, from, to, { port, protocol: "TCP" }));

/** Whether it is a Service that stands for these pods. */
function leadsTo(
  { kind, namespace, object }: Manifest,
  { labels = {}, namespace: own }: RenderedPod,
): boolean {
  if (kind !== "Service" || namespace !== own) return false;
  return Object.entries(service.parse(object).spec.selector).every(([key, value]) => labels[key] === value);
}
const isInside = ({ object }: Manifest): boolean => service.parse(object).spec.type === "ClusterIP";
const portsOf = ({ object }: Manifest): number[] => service.parse(object).spec.ports.map(({ port }) => port);

/** The names that DNS has for a Service, in every namespace. */
const dnsNames = (name: string, namespace: string): string[] => [
  `${name}.${namespace}.svc.cluster.local`,
  `${name}.${namespace}.svc`,
];

/** What an object holds under a key, opened. */
function held(
  kind: "Secret" | "ConfigMap",
  name: string,
  key: string,
  by: Manifest,
  all: readonly Manifest[],
): Text {
  const found = all.find((one) => one.kind === kind && one.name === name && one.namespace === by.namespace);
  assert.ok(found, `${by.name} mounts ${kind} ${name}, which there is not`);
  const text = data.parse(found.object).data[key] ?? assert.fail(`${kind} ${name} has no ${key}`);
  return kind === "ConfigMap"
    ? { text, secret: false }
    : { text: Buffer.from(text, "base64").toString(), secret: found.resource.secretInputs.includes("data") };
}

type Variable = z.infer<typeof container>["env"][number];

function envText({ value = "", valueFrom }: Variable, by: Manifest, all: readonly Manifest[]): Text {
  const from = valueFrom?.secretKeyRef;
  return from === undefined ? { text: value, secret: false } : held("Secret", from.name, from.key, by, all);
}

function filesOf(
  { volumes, containers: [one] }: Pod,
  by: Manifest,
  all: readonly Manifest[],
): Rendered["files"] {
  const files = volumes.flatMap(({ name, projected }) => {
    const at = one.volumeMounts.find((mount) => mount.name === name)?.mountPath;
    return (projected?.sources ?? []).flatMap(({ secret, configMap }) => {
      const { name: object, items } = secret ?? configMap ?? assert.fail("neither");
      const kind = secret === undefined ? "ConfigMap" : "Secret";
      return items.map(({ key, path }) => [`${at ?? ""}/${path}`, held(kind, object, key, by, all)] as const);
    });
  });
  return new Map(files);
}

function volumesOf({ volumes, containers: [one] }: Pod, all: readonly Manifest[]): Rendered["volumes"] {
  const mounted = volumes.filter(
    ({ persistentVolumeClaim, ephemeral }) => persistentVolumeClaim ?? ephemeral,
  );
  return new Map(
    mounted.map(({ name, persistentVolumeClaim: claim }) => {
      const kept = all.find(
        (each) => each.kind === "PersistentVolumeClaim" && each.name === claim?.claimName,
      );
      const at = one.volumeMounts.find((mount) => mount.name === name)?.mountPath;
      return [at ?? assert.fail(`${name} is not mounted`), { kept: kept?.resource.protect ?? false }];
    }),
  );
}

const cores = (text: string): number =>
  text.endsWith("m") ? Number(text.slice(0, -1)) / 1000 : Number(text);

function mebibytes(text: string): number {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(text) ?? [];
  return Number(amount) * (unit === "Gi" ? 1024 : 1);
}
