import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, object } from "./objects";

export const namespaceNotDefault: Cases = {
  rule: "net-05-namespace",
  good: deployment("web"),
  bad: object("core/v1:ConfigMap", "web", {}, { namespace: "kube-system" }),
  unknown: object("core/v1:ConfigMap", "web", {}, { namespace: UNKNOWN }),
  unknownIs: "fine",
  missing: { type: "kubernetes:core/v1:Service", props: { metadata: { name: "web" } } },
  missingIs: "violation",
  canary: { type: "kubernetes:core/v1:Secret", props: { stringData: { password: CANARY } } },
  sibling: object("apps/v1beta2:DaemonSetPatch", "web", {}, { namespace: "default" }),
  more: [
    {
      name: "a namespace that its provider says",
      is: "fine",
      of: { type: "kubernetes:core/v1:Service", props: {}, provider: { namespace: "shop" } },
    },
    {
      name: "a namespace of the cluster that its provider says",
      is: "violation",
      of: { type: "kubernetes:core/v1:Service", props: {}, provider: { namespace: "default" } },
    },
  ],
};
