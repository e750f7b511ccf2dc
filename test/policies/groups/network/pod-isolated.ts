import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, object, policy } from "./objects";

const web = deployment("web");

export const podIsolated: Cases = {
  rule: "net-01-pod-isolated",
  good: [web, policy("web")],
  bad: [web, policy("other")],
  unknown: [web, policy("web", { podSelector: { matchLabels: { app: UNKNOWN } } })],
  unknownIs: "cannot tell",
  missing: [web],
  missingIs: "violation",
  canary: [deployment("web", { containers: [{ name: "web", env: [{ name: "PASSWORD", value: CANARY }] }] })],
  sibling: [
    object("batch/v1:CronJobPatch", "nightly", {
      jobTemplate: {
        spec: { template: { metadata: { labels: { app: "nightly" } }, spec: { containers: [] } } },
      },
    }),
    policy("web"),
  ],
  more: [
    {
      name: "a policy for one direction only",
      is: "violation",
      of: [web, policy("web", { policyTypes: ["Ingress"] })],
    },
    {
      name: "no directions, but rules for both",
      is: "fine",
      of: [web, policy("web", { policyTypes: null, egress: [{ to: [{ podSelector: {} }] }] })],
    },
    {
      name: "no directions, and no rules for egress",
      is: "violation",
      of: [web, policy("web", { policyTypes: null })],
    },
    { name: "a policy for every pod", is: "fine", of: [web, policy("all", { podSelector: {} })] },
    {
      name: "a policy by expressions",
      is: "fine",
      of: [
        web,
        policy("web", {
          podSelector: {
            matchExpressions: [
              { key: "app", operator: "In", values: ["web"] },
              { key: "tier", operator: "DoesNotExist" },
              { key: "app", operator: "NotIn", values: ["db"] },
            ],
          },
        }),
      ],
    },
    {
      name: "an expression that the pod does not satisfy",
      is: "violation",
      of: [web, policy("web", { podSelector: { matchExpressions: [{ key: "tier", operator: "Exists" }] } })],
    },
    {
      name: "a policy of another namespace",
      is: "violation",
      of: [web, { ...policy("web"), props: { ...policy("web").props, metadata: { namespace: "other" } } }],
    },
    {
      name: "one pod that nobody can tell, beside one that is open",
      is: "violation",
      of: [
        web,
        deployment("db"),
        policy("web", { podSelector: { matchLabels: { app: "web", tier: UNKNOWN } } }),
      ],
    },
    {
      name: "a patch that leaves the pod alone",
      is: "fine",
      of: object("apps/v1:DeploymentPatch", "web", { replicas: 2 }),
    },
  ],
};
