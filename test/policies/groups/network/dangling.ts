import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { deployment, object } from "./objects";

type Props = Fixture["props"];
const web = deployment("web");
const service = (name: string, spec: Props = {}): Fixture =>
  object("core/v1:Service", name, { selector: { app: name }, ...spec });

const selectorMatchesPods: Cases = {
  rule: "op-08-selector-matches-pods",
  good: [web, service("web")],
  bad: [web, service("wbe")],
  unknown: [web, service("web", { selector: { app: UNKNOWN } })],
  unknownIs: "cannot tell",
  missing: [web, service("web", { selector: null })],
  missingIs: "fine",
  canary: [web, service("web", { selector: { app: CANARY } })],
  sibling: [
    web,
    object("policy/v1beta1:PodDisruptionBudgetPatch", "web", { selector: { matchLabels: { app: "wbe" } } }),
  ],
  more: [
    {
      name: "pods of another namespace",
      is: "violation",
      of: [{ ...web, props: { ...web.props, metadata: { namespace: "other" } } }, service("web")],
    },
    {
      name: "a budget for every pod",
      is: "fine",
      of: [web, object("policy/v1:PodDisruptionBudget", "all", { selector: {} })],
    },
    {
      name: "a Service that nobody can tell, beside one of nobody",
      is: "violation",
      of: [web, service("a", { selector: { app: UNKNOWN } }), service("wbe")],
    },
  ],
};

const ingress = (name: string): Fixture =>
  object("networking.k8s.io/v1:Ingress", "web", {
    rules: [{ http: { paths: [{ backend: { service: { name, port: { number: 80 } } } }] } }],
  });

const ingressBackends: Cases = {
  rule: "op-08-ingress-backend",
  good: [ingress("web"), service("web")],
  bad: [ingress("wbe"), service("web")],
  unknown: [ingress(UNKNOWN), service("web")],
  unknownIs: "fine",
  missing: object("networking.k8s.io/v1:Ingress", "web", {}),
  missingIs: "fine",
  canary: ingress(CANARY),
  sibling: object("extensions/v1beta1:IngressPatch", "web", {
    backend: { serviceName: "wbe", servicePort: 80 },
  }),
  more: [
    {
      name: "the way for everything else",
      is: "violation",
      of: object("networking.k8s.io/v1:Ingress", "web", { defaultBackend: { service: { name: "wbe" } } }),
    },
    {
      name: "a Service whose name is made up",
      is: "cannot tell",
      of: [ingress("web"), object("core/v1:Service", "web", {}, { name: UNKNOWN })],
    },
  ],
};

const autoscaler = (target: Props, type = "autoscaling/v2:HorizontalPodAutoscaler"): Fixture =>
  object(type, "web", { scaleTargetRef: { kind: "Deployment", ...target } });

const autoscalerTargets: Cases = {
  rule: "op-08-autoscaler-target",
  good: [autoscaler({ name: "web" }), web],
  bad: [autoscaler({ name: "wbe" }), web],
  unknown: [autoscaler({ name: UNKNOWN }), web],
  unknownIs: "fine",
  missing: [autoscaler({}), web],
  missingIs: "fine",
  canary: autoscaler({ name: CANARY }),
  sibling: [autoscaler({ name: "wbe" }, "autoscaling/v2beta1:HorizontalPodAutoscalerPatch"), web],
  more: [
    {
      name: "another kind of the same name",
      is: "violation",
      of: [autoscaler({ kind: "StatefulSet", name: "web" }), web],
    },
    { name: "a kind of somebody else", is: "fine", of: [autoscaler({ kind: "Rollout", name: "web" }), web] },
  ],
};

const account = object("core/v1:ServiceAccount", "web", {});
const secret = object("core/v1:Secret", "token", {});
const env = (name: string): Props => ({
  containers: [
    { name: "web", env: [{ name: "TOKEN", valueFrom: { secretKeyRef: { name, key: "token" } } }] },
  ],
});

const podReferences: Cases = {
  rule: "op-08-pod-references",
  good: [deployment("web", { serviceAccountName: "web", ...env("token") }), account, secret],
  bad: [deployment("web", env("tokn")), secret],
  unknown: [deployment("web", env(UNKNOWN)), secret],
  unknownIs: "fine",
  missing: [web],
  missingIs: "fine",
  canary: [deployment("web", env(CANARY))],
  sibling: [deployment("web", { serviceAccountName: "wbe" }, "apps/v1:DaemonSetPatch"), account],
  more: [
    {
      name: "what every namespace has",
      is: "fine",
      of: deployment("web", {
        serviceAccountName: "default",
        volumes: [{ name: "ca", configMap: { name: "kube-root-ca.crt" } }],
      }),
    },
    {
      name: "what may be missing",
      is: "fine",
      of: deployment("web", { volumes: [{ name: "more", configMap: { name: "more", optional: true } }] }),
    },
    {
      name: "another kind of the same name",
      is: "violation",
      of: [deployment("web", { volumes: [{ name: "files", configMap: { name: "token" } }] }), secret],
    },
    {
      name: "a volume that joins several",
      is: "violation",
      of: deployment("web", {
        volumes: [{ name: "files", projected: { sources: [{ secret: { name: "tokn" } }] } }],
      }),
    },
    {
      name: "a claim",
      is: "violation",
      of: deployment("web", { volumes: [{ name: "data", persistentVolumeClaim: { claimName: "data" } }] }),
    },
    {
      name: "a secret for the registry",
      is: "violation",
      of: deployment("web", { imagePullSecrets: [{ name: "registry" }] }),
    },
    {
      name: "every variable of what is not there, beside one that nobody knows",
      is: "violation",
      of: deployment("web", {
        containers: [
          { name: "web", envFrom: [{ secretRef: { name: UNKNOWN } }, { configMapRef: { name: "web" } }] },
        ],
      }),
    },
    {
      name: "a secret of another namespace",
      is: "violation",
      of: [deployment("web", env("token")), object("core/v1:Secret", "token", {}, { namespace: "other" })],
    },
  ],
};

const workload = (selector: Props, labels: Props, type = "apps/v1:StatefulSet"): Fixture =>
  object(type, "web", { selector, template: { metadata: { labels } } });

const selectorMatchesTemplate: Cases = {
  rule: "op-08-selector-matches-template",
  good: workload({ matchLabels: { app: "web" } }, { app: "web", tier: "front" }),
  bad: workload({ matchLabels: { app: "web" } }, { app: "wbe" }),
  unknown: workload({ matchLabels: { app: "web" } }, { app: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: object("apps/v1:StatefulSet", "web", {
    selector: { matchLabels: { app: "web" } },
    template: { spec: {} },
  }),
  missingIs: "violation",
  canary: workload({ matchLabels: { app: CANARY } }, { app: "web" }),
  sibling: workload({ app: "web" }, { app: "wbe" }, "core/v1:ReplicationControllerPatch"),
  more: [
    {
      name: "a plain selector",
      is: "fine",
      of: workload({ app: "web" }, { app: "web" }, "core/v1:ReplicationController"),
    },
    {
      name: "an unknown label beside a wrong one",
      is: "violation",
      of: workload({ matchLabels: { app: "web", tier: "front" } }, { app: UNKNOWN, tier: "back" }),
    },
  ],
};

export const danglingCases: readonly Cases[] = [
  selectorMatchesPods,
  ingressBackends,
  autoscalerTargets,
  podReferences,
  selectorMatchesTemplate,
];
