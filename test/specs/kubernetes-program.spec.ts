import assert from "node:assert/strict";
import { FILES } from "../../components/core/workload";
import { members, memberNames } from "../../components/topology";
import { CANARY } from "../support/mocks";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";

interface Container {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<Record<"requests" | "limits", Readonly<Record<string, string>>>>;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly privileged?: boolean;
    readonly capabilities: { readonly drop: readonly string[]; readonly add?: readonly string[] };
  };
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
  readonly startupProbe?: object;
  readonly readinessProbe?: object;
  readonly livenessProbe?: object;
}
interface Pod {
  readonly containers: readonly Container[];
  readonly initContainers?: unknown;
  readonly hostNetwork?: unknown;
  readonly hostPID?: unknown;
  readonly hostIPC?: unknown;
  readonly automountServiceAccountToken: boolean;
  readonly serviceAccountName: string;
  readonly priorityClassName: string;
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
  readonly securityContext: {
    readonly runAsUser: number;
    readonly runAsNonRoot: boolean;
    readonly seccompProfile: { readonly type: string };
  };
}
interface Rendered {
  readonly manifest: Manifest;
  readonly member: string;
  readonly pod: Pod;
  readonly container: Container;
  readonly server: boolean;
}

const PODS = ["Deployment", "StatefulSet", "DaemonSet", "Job"];
/** Volumes that Pod Security allows at `restricted`: https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
const RESTRICTED_VOLUMES = [
  "configMap",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];
const MAX_OBJECT = 1024 * 1024;

let all: readonly Manifest[];
let rendered: readonly Rendered[];

function read(manifest: Manifest): Rendered {
  const { template } = manifest.object["spec"] as { template: { spec: Pod } };
  const [container] = template.spec.containers;
  const member = manifest.labels["app.kubernetes.io/name"] ?? assert.fail(`${manifest.name} is nobody's`);
  assert.ok(container);
  return { manifest, member, pod: template.spec, container, server: manifest.kind !== "Job" };
}

const ofKind = (...kinds: readonly string[]) => all.filter(({ kind }) => kinds.includes(kind));

/** What holds for every pod. */
const rules: Readonly<Record<string, (one: Rendered) => void>> = {
  "keeps to the controls of Pod Security's restricted profile": ({ pod, container, manifest }) => {
    const observer = manifest.namespace === "semblance-test-nodes";
    assert.equal(pod.containers.length, 1);
    for (const key of ["initContainers", "hostNetwork", "hostPID", "hostIPC"] as const)
      assert.equal(pod[key], undefined);
    const { capabilities, allowPrivilegeEscalation, privileged, readOnlyRootFilesystem } =
      container.securityContext;
    assert.deepEqual(
      [allowPrivilegeEscalation, privileged, readOnlyRootFilesystem],
      [false, undefined, true],
    );
    assert.deepEqual(capabilities.drop, ["ALL"]);
    assert.ok((capabilities.add ?? []).every((one) => one === "NET_BIND_SERVICE"));
    assert.equal(pod.securityContext.seccompProfile.type, "RuntimeDefault");
    if (!observer) assert.ok(pod.securityContext.runAsNonRoot && pod.securityContext.runAsUser > 0);
    for (const volume of pod.volumes) {
      const kinds = Object.keys(volume).filter((key) => key !== "name");
      const allowed = observer ? [...RESTRICTED_VOLUMES, "hostPath"] : RESTRICTED_VOLUMES;
      assert.ok(kinds.length === 1 && kinds.every((kind) => allowed.includes(kind)), kinds.join(", "));
    }
  },

  "has an account of its member's, and no token": ({ pod, member }) => {
    assert.equal(pod.serviceAccountName, member);
    assert.equal(pod.automountServiceAccountToken, false);
    const account = ofKind("ServiceAccount").find(({ name }) => name === member);
    assert.equal(account?.object["automountServiceAccountToken"], false);
  },

  "has limits, and all of its memory set aside": ({ container: { resources }, pod }) => {
    const { requests, limits } = resources;
    for (const one of ["cpu", "memory", "ephemeral-storage"]) assert.ok(requests[one] && limits[one], one);
    assert.equal(requests["memory"], limits["memory"]);
    assert.match(pod.priorityClassName, /^semblance-test-/);
  },

  "is probed, where it keeps running": ({ container, server }) => {
    const probes = [container.startupProbe, container.readinessProbe, container.livenessProbe];
    assert.deepEqual(
      probes.map((probe) => probe !== undefined),
      [server, server, server],
    );
  },

  "has no secret in its image, command, environment, annotations": ({ manifest, container }) => {
    assert.ok(!JSON.stringify(manifest.object).includes(CANARY));
    assert.deepEqual(manifest.resource.secretInputs, []);
    for (const { name, value, valueFrom } of container.env ?? [])
      assert.ok((value === undefined) !== (valueFrom === undefined), name);
  },

  "mounts what it has, each at a place of its own, its files read-only": ({ pod, container }) => {
    const names = pod.volumes.map(({ name }) => name);
    assert.deepEqual(container.volumeMounts.map(({ name }) => name).sort(), [...names].sort());
    const paths = container.volumeMounts.map(({ mountPath }) => mountPath);
    assert.equal(new Set(paths).size, paths.length);
    assert.equal(container.volumeMounts.find(({ mountPath }) => mountPath === FILES)?.readOnly, true);
  },

  "mounts files out of objects that hold them": ({ pod, manifest }) => {
    interface Source {
      readonly name: string;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    }
    const files = pod.volumes.find(({ name }) => name === "files");
    const { sources } = files?.["projected"] as {
      sources: readonly { secret?: Source; configMap?: Source }[];
    };
    for (const { secret, configMap } of sources) {
      const { name, items } = secret ?? configMap ?? assert.fail("neither");
      const object = ofKind(secret ? "Secret" : "ConfigMap").find((one) => one.name === name);
      assert.equal(object?.namespace, manifest.namespace);
      assert.deepEqual(
        items.map(({ key }) => key).sort(),
        Object.keys(object?.object["data"] as object).sort(),
      );
    }
  },
};

describe("the whole stack on Kubernetes", () => {
  before(async function () {
    this.timeout(60_000);
    ({ manifests: all } = await kubernetesProgram({ profile: "full", development: true }));
    rendered = ofKind(...PODS).map(read);
  });

  it("runs every member, and each server once", () => {
    for (const member of memberNames) {
      const count = rendered.filter((one) => one.member === member).length;
      assert.ok(members[member].kind === "server" ? count === 1 : count > 0, `${member}: ${count}`);
    }
  });

  for (const [title, rule] of Object.entries(rules)) {
    it(`has no pod but one that ${title}`, () => {
      for (const one of rendered) {
        try {
          rule(one);
        } catch (error) {
          throw new Error(`${one.manifest.kind} ${one.manifest.name}`, { cause: error });
        }
      }
    });
  }

  it("keeps secrets in Secrets, and only there", () => {
    for (const { kind, name, object, resource } of all) {
      const shown = JSON.stringify(object);
      const opened = kind === "Secret" ? "" : shown;
      assert.ok(!opened.includes(CANARY), `${kind} ${name}`);
      assert.deepEqual(resource.secretInputs, kind === "Secret" ? ["data"] : [], `${kind} ${name}`);
    }
  });

  it("has names and labels that Kubernetes takes, each object once, in a namespace of the stack", () => {
    const seen = new Set<string>();
    const clusterWide = ["Namespace", "PriorityClass", "ClusterRole", "ClusterRoleBinding"];
    for (const { kind, name, namespace, labels } of all) {
      assert.match(name, /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, `${kind} ${name}`);
      assert.equal(namespace === undefined, clusterWide.includes(kind), `${kind} ${name}`);
      for (const value of Object.values(labels))
        assert.match(value, /^[a-zA-Z0-9]([-._a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/);
      const identity = `${kind} ${namespace}/${name}`;
      assert.ok(!seen.has(identity), identity);
      seen.add(identity);
    }
  });

  it("has no object that is larger than the API server takes", () => {
    for (const { kind, name, object } of ofKind("Secret", "ConfigMap")) {
      const size = Buffer.byteLength(JSON.stringify(object["data"]));
      assert.ok(size < MAX_OBJECT, `${kind} ${name}: ${size} bytes`);
    }
  });

  it("is reached at the very port by which each server is dialled, and by the public name of S3 too", () => {
    const minio = ofKind("Service").find(({ name }) => name === "minio");
    const { ports } = minio?.object["spec"] as {
      ports: readonly { name: string; port: number; targetPort: number }[];
    };
    const s3 = ports.find(({ name }) => name === "s3");
    assert.deepEqual([s3?.port, s3?.targetPort], [8443, 8443]);
    const knows = rendered.filter(({ pod }) =>
      JSON.stringify(pod).includes('"hostnames":["s3.semblance.localhost"]'),
    );
    assert.deepEqual(
      knows
        .map(({ member }) => member)
        .filter((member) => !member.endsWith("-backup"))
        .sort(),
      ["jupyter", "label-studio", "label-studio-worker", "mlflow"],
    );
  });

  it("is open to the outside at the gateway only", () => {
    const open = ofKind("Service").filter(
      ({ object }) => (object["spec"] as { type: string }).type !== "ClusterIP",
    );
    assert.deepEqual(
      open.map(({ name, namespace }) => [name, namespace]),
      [["gateway-public", "semblance-test-edge"]],
    );
  });
});
