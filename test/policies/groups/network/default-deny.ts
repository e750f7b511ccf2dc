import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { NAMESPACE, policy } from "./objects";

const namespace: Fixture = {
  type: "kubernetes:core/v1:Namespace",
  name: "shop",
  props: { metadata: { name: NAMESPACE } },
};
const deny = policy("deny", { podSelector: {} });

export const defaultDeny: Cases = {
  rule: "net-02-default-deny",
  good: [namespace, deny],
  bad: [namespace, policy("web")],
  unknown: [namespace, policy("deny", { podSelector: {}, ingress: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: [namespace],
  missingIs: "violation",
  canary: [{ ...namespace, props: { metadata: { name: "shop", annotations: { note: CANARY } } } }],
  sibling: [{ ...namespace, type: "kubernetes:core/v1:NamespacePatch" }],
  more: [
    {
      name: "a denial per direction",
      is: "fine",
      of: [
        namespace,
        policy("in", { podSelector: {}, policyTypes: ["Ingress"] }),
        policy("out", { podSelector: { matchLabels: {} }, policyTypes: ["Egress"] }),
      ],
    },
    {
      name: "a denial of one direction",
      is: "violation",
      of: [namespace, policy("in", { podSelector: {}, policyTypes: ["Ingress"] })],
    },
    {
      name: "a denial that allows",
      is: "violation",
      of: [namespace, policy("deny", { podSelector: {}, ingress: [{}] })],
    },
    {
      name: "a denial in another namespace",
      is: "violation",
      of: [namespace, { ...deny, props: { ...deny.props, metadata: { namespace: "other" } } }],
    },
    {
      name: "a namespace with a name that is made up",
      is: "fine",
      of: [
        { ...namespace, props: { metadata: { name: UNKNOWN } } },
        {
          ...deny,
          props: { ...deny.props, metadata: { namespace: UNKNOWN } },
          dependsOn: { metadata: ["shop"] },
        },
      ],
    },
    {
      name: "a namespace that its provider says",
      is: "fine",
      of: [
        namespace,
        { ...deny, props: { ...deny.props, metadata: {} }, provider: { namespace: NAMESPACE } },
      ],
    },
  ],
};
