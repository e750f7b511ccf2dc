import assert from "node:assert/strict";
import { factsOf } from "../../toolchain/review/facts";
import type { Right } from "../../toolchain/review/facts";
import { type Json, type Resource, SECRET_TEXT, UNKNOWN_TEXT } from "../../toolchain/review/model";
import { preview, resource } from "../support/review";

const line = ({ who, may, on, when }: Right): string =>
  [who, may, on === "" ? "" : `on ${on}`, when === "" ? "" : `when ${when}`]
    .filter((one) => one !== "")
    .join(" ");

/** What is gained and lost on the way from these resources to those. */
function change(before: readonly Resource[], after: readonly Resource[]) {
  const { rights } = factsOf(preview({ before, after }));
  const { gained, lost, denied, undenied, unread } = rights;
  return {
    gained: gained.map(line),
    lost: lost.map(line),
    denied: [...denied.map((one) => `+${line(one)}`), ...undenied.map((one) => `-${line(one)}`)],
    unread,
  };
}
const nothing = { gained: [], lost: [], denied: [], unread: [] };

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";
const role = (verbs: string[], resources = ["pods"], kind = "Role") =>
  resource(`${RBAC}${kind}`, "role", {
    metadata: { name: "leads", namespace: "data" },
    rules: [{ apiGroups: [""], resources, verbs }],
  });
const binding = (kind = "RoleBinding", roleKind = "Role") =>
  resource(`${RBAC}${kind}`, "binding", {
    metadata: { name: "leads", namespace: "data" },
    roleRef: { kind: roleKind, name: "leads" },
    subjects: [{ kind: "Group", name: "leads" }],
  });

const iamRole = (trust: Json = "ec2.amazonaws.com") =>
  resource("aws:iam/role:Role", "app-role", {
    name: "sem-app",
    assumeRolePolicy: JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: { Service: trust }, Action: "sts:AssumeRole" }],
    }),
  });
const rights = (...statements: readonly object[]) =>
  resource("aws:iam/rolePolicy:RolePolicy", "app-rights", {
    role: "sem-app",
    policy: JSON.stringify({ Statement: statements }),
  });
const allow = (action: Json, on: Json = "arn:aws:s3:::data/*", more: object = {}) => ({
  Effect: "Allow",
  Action: action,
  Resource: on,
  ...more,
});

describe("reviews, effective rights", () => {
  it("joins Kubernetes' roles with their bindings: a role that nobody has gives nothing", () => {
    assert.deepEqual(change([], [role(["get"])]), nothing);
    assert.deepEqual(change([role(["get"]), binding()], [role(["get", "delete"]), binding()]), {
      ...nothing,
      gained: ["Group leads delete on pods in data"],
    });
    assert.deepEqual(change([role(["get"]), binding()], [role(["get"])]), {
      ...nothing,
      lost: ["Group leads get on pods in data"],
    });
  });

  it("shows wildcards as such, and what they take over as neither gained nor lost", () => {
    const wide = [role(["*"], ["*"]), binding()];
    assert.deepEqual(change([role(["get"]), binding()], wide), {
      ...nothing,
      gained: ["Group leads * on * in data"],
    });
    assert.deepEqual(change(wide, [role(["get"]), binding()]), {
      ...nothing,
      lost: ["Group leads * on * in data"],
    });
    const cluster = [role(["get"], ["pods"], "ClusterRole"), binding("ClusterRoleBinding", "ClusterRole")];
    assert.deepEqual(change([role(["get"]), binding()], cluster).lost, []);
  });

  it("names what a role of the cluster's own allows, as it is not in the preview", () => {
    assert.deepEqual(change([], [binding("RoleBinding", "ClusterRole")]).gained, [
      "Group leads do whatever ClusterRole leads allows on data",
    ]);
  });

  it("joins IAM's policies with their roles, conditions included", () => {
    const when = { Condition: { StringEquals: { "aws:SourceAccount": "1" } } };
    assert.deepEqual(
      change(
        [iamRole(), rights(allow(["s3:GetObject"]))],
        [
          iamRole(),
          rights(allow(["s3:GetObject", "s3:PutObject"]), allow("s3:ListBucket", "arn:aws:s3:::data", when)),
        ],
      ).gained,
      [
        "role app-role s3:ListBucket on arn:aws:s3:::data when StringEquals aws:sourceaccount = 1",
        "role app-role s3:PutObject on arn:aws:s3:::data/*",
      ],
    );
  });

  it("knows that a wildcard gave it before, unless that one had a condition", () => {
    const narrow = [iamRole(), rights(allow("s3:*", "*"), allow("s3:GetObject"))];
    assert.deepEqual(change([iamRole(), rights(allow("s3:*", "*"))], narrow), nothing);
    const bound = rights(allow("s3:*", "*", { Condition: { Bool: { "aws:SecureTransport": "true" } } }));
    assert.equal(
      change([iamRole(), bound], [iamRole(), bound, rights(allow("s3:GetObject"))]).gained.length,
      1,
    );
  });

  it("tells whom a role trusts, denials, and policies of AWS by their names", () => {
    assert.deepEqual(change([iamRole()], [iamRole("lambda.amazonaws.com")]), {
      ...nothing,
      gained: ["Service lambda.amazonaws.com sts:AssumeRole on role app-role"],
      lost: ["Service ec2.amazonaws.com sts:AssumeRole on role app-role"],
    });
    const deny = { ...allow("s3:DeleteObject"), Effect: "Deny" };
    assert.deepEqual(change([iamRole()], [iamRole(), rights(deny)]).denied, [
      "+role app-role s3:DeleteObject on arn:aws:s3:::data/*",
    ]);
    const attached = resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", {
      role: "sem-app",
      policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
    });
    assert.deepEqual(change([iamRole()], [iamRole(), attached]).gained, [
      "role app-role do whatever arn:aws:iam::aws:policy/AdministratorAccess allows",
    ]);
  });

  it("tells what it cannot read instead of guessing", () => {
    const policy = (text: string) =>
      resource("aws:iam/rolePolicy:RolePolicy", "app-rights", { role: "sem-app", policy: text });
    assert.deepEqual(change([iamRole()], [iamRole(), policy(UNKNOWN_TEXT)]).unread, [
      "policy of app-rights is not known before the deployment",
    ]);
    assert.deepEqual(change([iamRole()], [iamRole(), policy(SECRET_TEXT)]).unread, [
      "policy of app-rights cannot be read",
    ]);
    const inverted = { Effect: "Allow", NotAction: "iam:*", Resource: "*" };
    const found = change([iamRole()], [iamRole(), rights(inverted)]);
    assert.deepEqual(found.gained, ["role app-role * (all but NotAction) on *"]);
    assert.match(found.unread[0] ?? "", /NotAction: what it leaves out is not compared/);
  });

  it("tells who may enter an EKS cluster, and which pods act as which role", () => {
    const entry = resource("aws:eks/accessEntry:AccessEntry", "e", {
      clusterName: "sem",
      principalArn: "arn:aws:iam::1:role/people",
      kubernetesGroups: ["leads"],
    });
    const pods = resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "app-pods", {
      clusterName: "sem",
      namespace: "data",
      serviceAccount: "app",
      roleArn: "arn:aws:iam::1:role/sem-app",
    });
    assert.deepEqual(change([], [entry, pods]).gained, [
      "ServiceAccount data/app act as on role sem-app",
      "arn:aws:iam::1:role/people act in group leads on cluster sem",
      "arn:aws:iam::1:role/people log in on cluster sem",
    ]);
  });

  it("tells what the platform's own stores give, by what their set-up jobs are told", () => {
    const job = (name: string, envs: string[], files: Record<string, string>) => [
      resource("docker:index/container:Container", name, { envs }),
      resource("docker:index/container:Container", `${name}-files-carrier`, {
        uploads: Object.entries(files).map(([file, content]) => ({
          file: `/etc/semblance/${file}`,
          content,
        })),
      }),
    ];
    const after = [
      ...job("minio-mlflow-setup", ["CLIENT=mlflow"], {
        "policy.json": JSON.stringify({ Statement: [allow("s3:GetObject", "arn:aws:s3:::mlflow/*")] }),
      }),
      ...job("postgres-mlflow-setup", ["DATABASE=mlflow", "READER=watcher"], { "database.sh": "" }),
      ...job("elasticsearch-setup", [], {
        "setup/requests": "PUT /_security/role/jupyter 0.json\nPUT /_security/user/jupyter 1.json\n",
        "setup/0.json": JSON.stringify({ indices: [{ names: ["ds-*"], privileges: ["all"] }] }),
        "setup/1.json": SECRET_TEXT,
      }),
      ...job("weaviate-setup", [], {
        "setup.json": JSON.stringify({
          clients: [
            { name: "jupyter", permissions: [{ action: "read_data", data: { collection: "Data" } }] },
          ],
        }),
      }),
    ];
    assert.deepEqual(change([], after).gained, [
      "jupyter all on index ds-*",
      "mlflow s3:GetObject on arn:aws:s3:::mlflow/*",
      "mlflow own on database mlflow",
      "watcher connect, and read what the owner shows on database mlflow",
      "jupyter read_data on collection Data",
    ]);
  });
});
