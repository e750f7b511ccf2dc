import type { Verdict } from "../../toolchain/review/guard";
import { type Preview, SECRET_TEXT, UNKNOWN_TEXT } from "../../toolchain/review/model";
import { caddy, change, passes, preview, property, resource } from "./review";

/** A review as somebody could get it. */
export interface Sample {
  readonly preview: Preview;
  readonly verdict: Verdict;
}

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";

function imageBump(): Sample {
  const image = (tag: string, letter: string) => `docker.io/library/postgres:${tag}@${digest(letter)}`;
  const server = (reference: string) =>
    resource("kubernetes:apps/v1:StatefulSet", "postgres", {
      spec: { template: { spec: { containers: [{ name: "postgres", image: reference }] } } },
    });
  const [old, next] = [image("17.10", "a"), image("17.11", "b")];
  return {
    verdict: passes,
    preview: preview({
      before: [server(old)],
      after: [server(next)],
      same: 425,
      changes: [
        change("update", server(next), [property("spec.template.spec.containers[0].image", old, next)]),
      ],
    }),
  };
}

function dataAtStake(): Sample {
  const volume = (name: string, of: string) => resource("docker:index/volume:Volume", name, { name: of });
  const gone = volume("minio-data", "semblance-dev-minio-data");
  const renamed = volume("postgres-data", "semblance-dev-db-data");
  const container = resource("docker:index/container:Container", "postgres", {
    name: "semblance-dev-postgres",
  });
  const acknowledgement = {
    stack: "dev",
    resource: "postgres-data",
    change: "replace",
    reason: "<why the data may go, at least 30 characters>",
    expires: "2026-12-07",
  };
  return {
    verdict: {
      refused: [
        {
          resource: renamed,
          change: "replace",
          why: "It holds the databases of every service; a new volume is empty, and the old one is deleted.",
          line: JSON.stringify(acknowledgement),
        },
      ],
      acknowledged: [
        {
          resource: gone,
          change: "delete",
          reason: "Objects moved to S3 on 2026-11-20, see the runbook.",
          expires: "2026-12-01",
        },
      ],
      faults: [],
    },
    preview: preview({
      stack: "dev",
      against: "state",
      before: [gone, volume("postgres-data", "semblance-dev-postgres-data"), container],
      after: [renamed, container],
      same: 118,
      changes: [
        change("delete", gone),
        change("replace", container, [
          property("volumes[0].volumeName", "semblance-dev-postgres-data", UNKNOWN_TEXT, true),
        ]),
        change("replace", renamed, [
          property("name", "semblance-dev-postgres-data", "semblance-dev-db-data", true),
        ]),
      ],
    }),
  };
}

function wider(): Sample {
  const ports = (ip: string) => [{ internal: 8443, external: 8443, ip }];
  const gateway = (ip: string) =>
    resource("docker:index/container:Container", "gateway", { ports: ports(ip) });
  const files = (hosts: Readonly<Record<string, readonly string[]>>) =>
    resource("docker:index/container:Container", "gateway-files-carrier", {
      uploads: [{ file: "/etc/semblance/caddy.json", content: caddy(hosts) }],
    });
  const role = (verbs: readonly string[]) =>
    resource(`${RBAC}Role`, "rbac-work-operator", {
      metadata: { name: "operator", namespace: "semblance-prod-work" },
      rules: [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: [...verbs] }],
    });
  const binding = resource(`${RBAC}RoleBinding`, "rbac-work-operator-binding", {
    metadata: { name: "operator", namespace: "semblance-prod-work" },
    roleRef: { kind: "Role", name: "operator" },
    subjects: [{ kind: "Group", name: "platform:operators" }],
  });
  const config = (level: string) =>
    ["[server]", "host = 0.0.0.0", "port = 8443", "", "[log]", `level = ${level}`, "format = json", ""].join(
      "\n",
    );
  const map = (level: string) =>
    resource("kubernetes:core/v1:ConfigMap", "mlflow-files", { data: { "mlflow.ini": config(level) } });
  const secret = resource("kubernetes:core/v1:Secret", "mlflow-files", {
    data: { password: "Y2hhbmdlbWU=" },
  });
  const pvc = resource("kubernetes:core/v1:PersistentVolumeClaim", "jupyter-data", {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "jupyter-data", labels: { part: "semblance" } },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  });
  const after = [
    gateway("0.0.0.0"),
    files({ "prometheus.example.com": ["annotator", "operator"] }),
    role(["get", "list", "*"]),
    binding,
    map("debug"),
    pvc,
  ];
  return {
    verdict: passes,
    preview: preview({
      before: [
        gateway("127.0.0.1"),
        files({ "prometheus.example.com": ["operator"] }),
        role(["get", "list"]),
        binding,
        map("info"),
      ],
      after,
      outputs: {
        before: { arrows: ["gateway → mlflow:https"], urls: { home: "https://example.com" } },
        after: {
          arrows: ["gateway → mlflow:https", "mlflow → redis:redis"],
          urls: { home: "https://example.com:8443" },
        },
      },
      changes: [
        change("update", gateway("0.0.0.0"), [property("ports[0].ip", "127.0.0.1", "0.0.0.0", true)]),
        change("update", map("debug"), [property('data["mlflow.ini"]', config("info"), config("debug"))]),
        change("update", secret, [property("data.password", SECRET_TEXT, SECRET_TEXT)]),
        change(
          "update",
          role(["get", "list", "*"]),
          [{ path: "rules[0].verbs[2]", kind: "add", before: undefined, after: "*", replaces: false }],
          "rights",
        ),
        change("create", pvc),
      ],
      same: 420,
      policies: [
        {
          rule: "rb-01-no-wildcards",
          level: "mandatory",
          severity: "high",
          urn: role([]).urn,
          message:
            "Roles name what they give.\nrules[0].verbs[2] is *\nWhy: it gives what a later version adds as well.\nFix: name the verbs.",
        },
        {
          rule: "net-11-docker-ports",
          level: "advisory",
          severity: "high",
          urn: gateway("").urn,
          message: "Containers publish ports on a named address.\nports[0].ip is every address",
        },
      ],
    }),
  };
}

const typo = (): Sample => ({
  verdict: passes,
  preview: preview({
    stack: "dev",
    against: "state",
    before: [resource("pulumi:pulumi:Stack", "stack")],
    same: 0,
    outputs: { before: { arrows: [] }, after: undefined },
    messages: [
      {
        severity: "error",
        text: "configuration: 1 problem; nothing was changed\n  - profil: not a key; did you mean profile? fix: pulumi config rm --path 'settings.profil'",
      },
    ],
    seconds: 3,
  }),
});

/** Reviews whose pages are kept as they are, by name. */
export const samples: Readonly<Record<string, () => Sample>> = {
  "no-change": () => ({ preview: preview(), verdict: passes }),
  "image-bump": imageBump,
  "data-at-stake": dataAtStake,
  wider,
  typo,
};
