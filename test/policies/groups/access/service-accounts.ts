import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { account, deployment } from "./fixtures";

export const dedicatedServiceAccount: Cases = {
  rule: "rb-06-dedicated-sa",
  good: [account("app"), deployment({ serviceAccountName: "app" })],
  bad: [account("app"), deployment({ serviceAccountName: "default" })],
  unknown: [account(UNKNOWN), deployment({ serviceAccountName: UNKNOWN })],
  unknownIs: "fine",
  missing: [account("app"), deployment({ containers: [] })],
  missingIs: "violation",
  canary: [account("app"), deployment({ serviceAccountName: CANARY })],
  sibling: [
    account("app"),
    {
      type: "kubernetes:batch/v1:CronJobPatch",
      props: {
        spec: { jobTemplate: { spec: { template: { spec: { serviceAccountName: "default" } } } } },
      },
    },
  ],
  more: [
    {
      name: "an account of another namespace",
      is: "violation",
      of: [account("app"), deployment({ serviceAccountName: "app" }, "other")],
    },
    {
      name: "a namespace that is not known",
      is: "fine",
      of: [account("app"), deployment({ serviceAccountName: "app" }, UNKNOWN)],
    },
    {
      name: "an account whose name is not known",
      is: "fine",
      of: [account(UNKNOWN), deployment({ serviceAccountName: "app" })],
    },
    {
      name: "no account at all in the stack",
      is: "violation",
      of: [deployment({ serviceAccountName: "app" })],
    },
    {
      name: "the older name of the property",
      is: "fine",
      of: [account("app"), deployment({ serviceAccount: "app" })],
    },
    {
      name: "a patch of something else",
      is: "fine",
      of: [{ type: "kubernetes:apps/v1:DeploymentPatch", props: { spec: { replicas: 2 } } }],
    },
    {
      name: "one pod is not known, and another has none",
      is: "violation",
      of: [
        deployment({ serviceAccountName: UNKNOWN }),
        { type: "kubernetes:core/v1:Pod", name: "pod", props: { spec: { containers: [] } } },
      ],
    },
    {
      name: "neither the account nor the pod says a namespace",
      is: "fine",
      of: [
        { type: "kubernetes:core/v1:ServiceAccount", name: "account", props: { metadata: { name: "app" } } },
        { type: "kubernetes:core/v1:Pod", name: "pod", props: { spec: { serviceAccountName: "app" } } },
      ],
    },
  ],
};
