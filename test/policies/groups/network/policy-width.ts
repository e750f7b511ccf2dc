import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment, policy } from "./objects";

const fromWeb = { from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: 5432 }] };
const block = (cidr: string, except: string[] = []) => ({ ipBlock: { cidr, except } });

export const policyWidth: Cases = {
  rule: "net-03-policy-width",
  good: policy("db", { ingress: [fromWeb] }),
  bad: policy("db", { ingress: [{ from: [block("0.0.0.0/0")] }] }),
  unknown: policy("db", { ingress: [{ from: [block(UNKNOWN)] }] }),
  unknownIs: "cannot tell",
  missing: policy("db", { ingress: [{ ports: [{ port: 5432 }] }] }),
  missingIs: "violation",
  canary: policy("db", { egress: [{ to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [CANARY] } }] }] }),
  sibling: {
    ...policy("db", { ingress: [{}] }),
    type: "kubernetes:extensions/v1beta1:NetworkPolicyPatch",
  },
  more: [
    {
      name: "the world in two halves",
      is: "violation",
      of: policy("db", { ingress: [{ from: [block("128.0.0.0/1")] }] }),
    },
    {
      name: "the world of IPv6",
      is: "violation",
      of: policy("db", { ingress: [{ from: [block("::/0")] }] }),
    },
    {
      name: "a range of one's own",
      is: "fine",
      of: policy("db", { ingress: [{ from: [block("10.0.0.0/8")] }] }),
    },
    {
      name: "out to everywhere",
      is: "violation",
      of: policy("db", { egress: [{ ports: [{ port: 443 }] }] }),
    },
    {
      name: "out to the metadata service",
      is: "violation",
      of: policy("db", { egress: [{ to: [block("0.0.0.0/0", ["10.0.0.0/8"])] }] }),
    },
    {
      name: "out to the world but for the metadata service",
      is: "fine",
      of: policy("db", { egress: [{ to: [block("0.0.0.0/0", ["169.254.0.0/16"])] }] }),
    },
    { name: "rules that nobody knows", is: "cannot tell", of: policy("db", { ingress: UNKNOWN }) },
    {
      name: "an unknown peer beside the world",
      is: "violation",
      of: policy("db", { ingress: [{ from: UNKNOWN }, { from: [block("0.0.0.0/0")] }] }),
    },
  ],
};

const db = deployment("db", {
  containers: [{ name: "db", image: "registry.example:5000/library/postgres:17@sha256:0" }],
});

export const dataStoresClosed: Cases = {
  rule: "net-03-data-stores-closed",
  good: [db, policy("db", { ingress: [fromWeb] })],
  bad: [db, policy("db", { ingress: [{ from: [{ namespaceSelector: {} }] }] })],
  unknown: [db, policy("db", { ingress: [{ from: [{ podSelector: UNKNOWN }] }] })],
  unknownIs: "cannot tell",
  missing: [db, policy("db", { ingress: [{ ports: [{ port: 5432 }] }] })],
  missingIs: "violation",
  canary: [
    deployment("db", {
      containers: [{ name: "db", command: ["/usr/bin/redis-server", "--requirepass", CANARY] }],
    }),
    policy("db", { ingress: [{ from: [{ podSelector: {} }] }] }),
  ],
  sibling: [
    deployment("db", { containers: [{ name: "db", image: "minio" }] }, "apps/v1:StatefulSetPatch"),
    policy("db", { ingress: [{ from: [{ podSelector: { matchLabels: {} } }] }] }),
  ],
  more: [
    {
      name: "everybody, of what keeps no data",
      is: "fine",
      of: [deployment("web"), policy("web", { ingress: [{ from: [{ podSelector: {} }] }] })],
    },
    {
      name: "a range of addresses",
      is: "fine",
      of: [db, policy("db", { ingress: [{ from: [block("10.1.0.0/16")] }] })],
    },
    {
      name: "a policy that nobody can tell, beside one that is open",
      is: "violation",
      of: [
        db,
        policy("some", { ingress: [{ from: [{ podSelector: UNKNOWN }] }] }),
        policy("db", { ingress: [fromWeb, { from: [{ podSelector: {} }] }] }),
      ],
    },
  ],
};

export const policyDangling: Cases = {
  rule: "net-03-policy-dangling",
  good: [deployment("web"), policy("web"), policy("deny", { podSelector: {} })],
  bad: [deployment("web"), policy("wbe")],
  unknown: [deployment("web"), policy("web", { podSelector: { matchLabels: { app: UNKNOWN } } })],
  unknownIs: "cannot tell",
  missing: [deployment("web"), policy("all", { podSelector: null })],
  missingIs: "fine",
  canary: [deployment("web"), policy("web", { podSelector: { matchLabels: { app: CANARY } } })],
  sibling: [{ ...policy("web"), type: "kubernetes:networking.k8s.io/v1:NetworkPolicyPatch" }],
};
