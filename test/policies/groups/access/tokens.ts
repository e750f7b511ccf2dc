import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { account, deployment } from "./fixtures";

const none = { automountServiceAccountToken: false };
const volume = (token: Record<string, string>) => ({
  ...none,
  volumes: [{ name: "token", projected: { sources: [{ serviceAccountToken: token }] } }],
});

export const noAutomount: Cases = {
  rule: "rb-07-no-automount",
  good: deployment({ serviceAccountName: "app", ...none }),
  bad: deployment({ serviceAccountName: "app", automountServiceAccountToken: true }),
  unknown: deployment({ serviceAccountName: "app", automountServiceAccountToken: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: deployment({ serviceAccountName: "app" }),
  missingIs: "violation",
  canary: deployment({ serviceAccountName: CANARY, automountServiceAccountToken: CANARY }, CANARY),
  sibling: {
    type: "kubernetes:core/v1:ServiceAccountPatch",
    props: { metadata: { name: "app" }, automountServiceAccountToken: true },
  },
  more: [
    {
      name: "an account by its generic token",
      is: "violation",
      of: { type: "kubernetes:v1:ServiceAccount", props: { metadata: { name: "app" } } },
    },
    { name: "an account that says no", is: "fine", of: account("app", none) },
    { name: "an account that says nothing", is: "violation", of: account("app") },
    {
      name: "a patch of something else",
      is: "fine",
      of: { type: "kubernetes:apps/v1:DeploymentPatch", props: { spec: { replicas: 2 } } },
    },
    {
      name: "a job of a calendar",
      is: "violation",
      of: {
        type: "kubernetes:batch/v1:CronJob",
        props: { spec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } } },
      },
    },
    { name: "a token by a volume", is: "violation", of: deployment(volume({ path: "token" })) },
    { name: "a token for somebody else", is: "fine", of: deployment(volume({ audience: "vault" })) },
    {
      name: "a token by a volume, beside a flag that is not known",
      is: "violation",
      of: deployment({ ...volume({ path: "token" }), automountServiceAccountToken: UNKNOWN }),
    },
  ],
};
