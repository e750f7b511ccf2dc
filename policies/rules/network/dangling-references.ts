import { stackRule } from "../../core/rule";
import { at, isMissing, isTrue, items, text, type Value } from "../../core/value";
import { podContainers, type PodLike, podOf } from "../../models/pods";
import { sameNamespace } from "../../models/selectors";
import { podTypes, withPatch } from "../../models/types";
import { Objects } from "./objects";

const kinds = ["ServiceAccount", "ConfigMap", "Secret", "PersistentVolumeClaim"] as const;
type Kind = (typeof kinds)[number];

const kindTypes = withPatch(...kinds.map((kind) => `kubernetes:core/v1:${kind}`));

/** Objects that every namespace has by itself. */
const GIVEN: Readonly<Record<Kind, readonly string[]>> = {
  ServiceAccount: ["default"],
  ConfigMap: ["kube-root-ca.crt"],
  Secret: [],
  PersistentVolumeClaim: [],
};

/** What cert-manager makes a Secret for, which is no object of the stack itself. */
const CERTIFICATE = "kubernetes:cert-manager.io/v1:Certificate";

/** A name in a pod, and of what kind it must be. */
interface Reference {
  readonly kind: Kind;
  readonly path: string;
  readonly name: Value;
}

/** Pods that wait for ever for what is not there. */
export const podReferences = stackRule({
  name: "op-08-pod-references",
  group: "operations",
  severity: "medium",
  summary: "What a pod names is there: its service account, and each ConfigMap, Secret and claim.",
  why: "A pod that names what is not there is never created, or never starts; the deployment ends after its timeout, with the old pods gone.",
  fix: "Add the object to the stack, in the pod's namespace, or correct the name; what may be missing says optional: true.",
  maps: ["KubeLinter-non-existent-service-account", "KubeLinter-dangling-references"],
  unknown: "present",
  bad: `env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "tokn", key: "token" } } }] // the Secret is called: token`,
  good: `env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name: "token", key: "token" } } }]`,
  options: {
    outside: { description: "objects that are there without the stack, as Kind/name", default: [] },
  },
  types: [...podTypes, ...kindTypes, CERTIFICATE],
  check(stack, report) {
    const objects = new Objects(stack.of(...kindTypes));
    const others = new Set(report.list("outside"));
    const issued = stack.of(CERTIFICATE);
    for (const pod of stack.of(...podTypes).map(podOf))
      for (const { kind, path, name } of referencesOf(pod)) {
        const known = text(name) ?? "";
        if (GIVEN[kind].includes(known) || others.has(`${kind}/${known}`)) continue;
        const isIssued = issued.some(
          (certificate) =>
            sameNamespace(certificate, pod.resource) === true &&
            text(at(certificate.props, "spec", "secretName")) === known,
        );
        if (kind === "Secret" && isIssued) continue;
        objects.judge(pod.resource, kind, path, name, report);
      }
  },
});

function referencesOf(pod: PodLike): readonly Reference[] {
  const { path, spec } = pod;
  return [
    { kind: "ServiceAccount", path: `${path}.serviceAccountName`, name: at(spec, "serviceAccountName") },
    ...items(at(spec, "imagePullSecrets")).map((one, index): Reference => ({
      kind: "Secret",
      path: `${path}.imagePullSecrets[${index}].name`,
      name: at(one, "name"),
    })),
    ...items(at(spec, "volumes")).flatMap((volume, index) => ofVolume(volume, `${path}.volumes[${index}]`)),
    ...podContainers(pod).flatMap(({ container, path: of }) => ofContainer(container, of)),
  ];
}

const optional = (value: Value): boolean => isTrue(at(value, "optional"));

/** One reference, unless the pod does without. */
const one = (kind: Kind, named: Value, path: string, key = "name"): Reference[] =>
  isMissing(named) || optional(named) ? [] : [{ kind, path: `${path}.${key}`, name: at(named, key) }];

function ofVolume(volume: Value, path: string): Reference[] {
  return [
    ...one("Secret", at(volume, "secret"), `${path}.secret`, "secretName"),
    ...one("ConfigMap", at(volume, "configMap"), `${path}.configMap`),
    ...one(
      "PersistentVolumeClaim",
      at(volume, "persistentVolumeClaim"),
      `${path}.persistentVolumeClaim`,
      "claimName",
    ),
    ...items(at(volume, "projected", "sources")).flatMap((source, index): Reference[] => [
      ...one("Secret", at(source, "secret"), `${path}.projected.sources[${index}].secret`),
      ...one("ConfigMap", at(source, "configMap"), `${path}.projected.sources[${index}].configMap`),
    ]),
  ];
}

function ofContainer(container: Value, path: string): Reference[] {
  const variables = items(at(container, "env")).flatMap((variable, index) => {
    const from = at(variable, "valueFrom");
    const where = `${path}.env[${text(at(variable, "name")) ?? index}].valueFrom`;
    return [
      ...one("Secret", at(from, "secretKeyRef"), `${where}.secretKeyRef`),
      ...one("ConfigMap", at(from, "configMapKeyRef"), `${where}.configMapKeyRef`),
    ];
  });
  const whole = items(at(container, "envFrom")).flatMap((from, index) => [
    ...one("Secret", at(from, "secretRef"), `${path}.envFrom[${index}].secretRef`),
    ...one("ConfigMap", at(from, "configMapRef"), `${path}.envFrom[${index}].configMapRef`),
  ]);
  return [...variables, ...whole];
}
