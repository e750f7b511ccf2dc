import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import { assemble } from "../../components/assembly";
import { parseSettings } from "../../components/config/schema";
import { KubernetesPlatform, type KubernetesPlatformArgs } from "../../components/platforms/kubernetes";
import { Secrets } from "../../components/secrets";
import { Authority } from "../../components/tls";
import { arrowsAmong, type Choice, memberNames, membersOf } from "../../components/topology";
import { recordProgram, type Registered } from "./mocks";

/** An object as it is sent to the API server. */
export interface Manifest {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** All inputs, secrets opened. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly resource: Registered;
}

/** The address that the API server would give to a Service. */
export const CLUSTER_IP = "10.96.0.10";

/** Takes the place of what Pulumi's mocks leave out: the address that a Service gets. */
function pretendApiServer(): void {
  const monitor = pulumi.runtime.getMonitor();
  if (!(monitor instanceof MockMonitor))
    throw new Error("Pulumi's mocks have changed: their monitor is another one");
  const make = monitor.mocks.newResource.bind(monitor.mocks);
  monitor.mocks.newResource = async (args) => {
    const made = await make(args);
    if (args.type !== "kubernetes:core/v1:Service") return made;
    const spec: object = isObject(args.inputs.spec) ? args.inputs.spec : {};
    return { ...made, state: { ...made.state, spec: { ...spec, clusterIP: CLUSTER_IP } } };
  };
}

/** Runs `use` with a platform and a parent, and tells what was registered. */
export function onKubernetes<T>(
  use: (platform: KubernetesPlatform, parent: pulumi.ComponentResource) => T | Promise<T>,
  settings: object = {},
  more: Partial<KubernetesPlatformArgs> = {},
) {
  return recordProgram(async () => {
    pretendApiServer();
    const present = membersOf({ profile: "full", development: true });
    const platform = new KubernetesPlatform(
      {
        stack: "dev",
        present,
        imageOf: (name) => `registry.example/${name}:1@sha256:${"0".repeat(64)}`,
        memoryMiB: {},
        arrows: arrowsAmong(present),
        egress: false,
        settings: parseSettings({ kubernetes: settings }, memberNames).kubernetes,
        ...more,
      },
      {},
    );
    return use(platform, new pulumi.ComponentResource("test:index:Parent", "parent"));
  });
}

/** Runs the whole wiring on Kubernetes, under mocks. */
export async function kubernetesProgram(
  choice: Choice,
  settings: object = {},
): Promise<{ readonly manifests: readonly Manifest[]; readonly resources: readonly Registered[] }> {
  const present = membersOf(choice);
  const { profile, development } = choice;
  const { resources } = await onKubernetes(
    (platform) => {
      const certificates = new Authority("authority", { commonName: "test" }, {});
      const secrets = new Secrets("secrets", {});
      // Mail, so that the arrow to the mail catcher is used.
      const alerts = development ? { receiver: "email" } : {};
      const all = parseSettings({ profile, development, alerts, kubernetes: settings }, memberNames);
      assemble(
        { stack: "test", settings: all, present, absent: {}, withoutPages: [] },
        { platform, certificates, secrets },
        {},
      );
    },
    settings,
    { stack: "test", present, arrows: arrowsAmong(present) },
  );
  return { manifests: manifestsOf(resources), resources };
}

/** The objects of Kubernetes among what was registered. */
export const manifestsOf = (resources: readonly Registered[]): readonly Manifest[] =>
  resources
    .filter(({ type, custom }) => custom && /^kubernetes:[^:]+\/v\d[^:]*:/.test(type))
    .map((resource) => {
      const metadata = isObject(resource.inputs["metadata"]) ? resource.inputs["metadata"] : {};
      const { name, namespace } = metadata;
      return {
        kind: resource.type.split(":").at(-1) ?? "",
        name: typeof name === "string" ? name : "",
        namespace: typeof namespace === "string" ? namespace : undefined,
        labels: textsIn(metadata["labels"]),
        annotations: textsIn(metadata["annotations"]),
        object: resource.inputs,
        resource,
      };
    });

const textsIn = (value: unknown): Record<string, string> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, text]) => [key, String(text)])) : {};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
