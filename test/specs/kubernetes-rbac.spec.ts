import assert from "node:assert/strict";
import { Namespaces } from "../../components/platforms/kubernetes/namespaces";
import { Inventory } from "../../components/platforms/kubernetes/inventory";
import { Rbac } from "../../components/platforms/kubernetes/rbac";
import {
  type Grant,
  rbacTable,
  type Role,
  roles,
  rulesFor,
} from "../../components/platforms/kubernetes/rbac-table";
import { tiers } from "../../components/platforms/kubernetes/tiers";
import { kubernetesSettings } from "../../components/config/kubernetes";
import { membersOf } from "../../components/topology";
import { recordProgram, type Registered } from "../support/mocks";

/** Whether the rules let somebody do that, as the API server reads them. */
const may = (
  role: Role,
  place: Parameters<typeof rulesFor>[1],
  group: string,
  resource: string,
  verb: string,
) =>
  rulesFor(role, place).some(
    ({ apiGroups, resources, verbs }) =>
      apiGroups.includes(group) && resources.includes(resource) && verbs.some((one) => one === verb),
  );

const present = membersOf({ profile: "full", development: true });

/** What is registered for these groups. */
async function registered(groups: Record<string, readonly string[]>): Promise<readonly Registered[]> {
  const settings = kubernetesSettings.parse({ rbac: groups });
  const { resources } = await recordProgram(() => {
    const options = { headroomPercent: 0, gpuResource: "nvidia.com/gpu", version: "v1.34" };
    const args = { stack: "test", present };
    const namespaces = new Namespaces("namespaces", { ...args, ...options, inventory: new Inventory() }, {});
    new Rbac("rbac", { ...args, namespaces, groups: settings.rbac }, {});
  });
  return resources.filter(({ type }) => type.startsWith("kubernetes:rbac."));
}

describe("the table of who may do what", () => {
  const cells = rbacTable.flatMap((grant) =>
    grant.resources.flatMap((resource) =>
      grant.verbs.map((verb) => ({ ...grant, resource, verb: String(verb) })),
    ),
  );

  it("has no wildcard and nothing by which a role could grow", () => {
    for (const { apiGroup, resource, verb } of cells) {
      assert.doesNotMatch(`${apiGroup} ${resource} ${verb}`, /\*/);
      assert.ok(!["escalate", "bind", "impersonate", "approve", "deletecollection"].includes(verb), verb);
      assert.doesNotMatch(resource, /\/(proxy|attach|ephemeralcontainers|token|finalizers|status)$/);
    }
    const writes = cells.filter(({ verb }) => !["get", "list", "watch"].includes(verb));
    const fences = [
      "roles",
      "rolebindings",
      "networkpolicies",
      "resourcequotas",
      "limitranges",
      "namespaces",
      "nodes",
    ];
    for (const { resource } of writes)
      assert.ok(
        ![...fences, "secrets", "serviceaccounts"].includes(resource),
        `${resource} is changed by hand`,
      );
  });

  it("lets nobody but the platform's administrators read secrets or enter a pod, and them in our namespaces", () => {
    const sensitive = cells.filter(({ resource }) => /^secrets$|\/(exec|portforward)$/.test(resource));
    assert.ok(sensitive.length > 0);
    for (const { roles: who, where } of sensitive)
      assert.deepEqual([who, where], [["platform-admin"], "all"]);
  });

  it("lets nobody else change what a pod is made of, since a pod can be told to show its secrets", () => {
    const templates = [
      "pods",
      "deployments",
      "statefulsets",
      "daemonsets",
      "replicasets",
      "jobs",
      "configmaps",
    ];
    const changes = cells.filter(
      ({ resource, verb }) => templates.includes(resource) && ["create", "update", "patch"].includes(verb),
    );
    for (const { roles: who } of changes) assert.deepEqual(who, ["platform-admin"]);
  });

  it("has nothing of the cluster but reading what is no secret", () => {
    const cluster = cells.filter(({ where }) => where === "cluster");
    for (const { verb } of cluster) assert.ok(["get", "list", "watch"].includes(verb));
    assert.deepEqual([...new Set(cluster.map(({ resource }) => resource))], ["nodes", "namespaces"]);
    for (const role of ["viewer", "annotator-lead"] as const) assert.deepEqual(rulesFor(role, "cluster"), []);
  });

  it("gives an annotator lead what labelling runs on, and no other tier", () => {
    const seen = tiers.filter((tier) => rulesFor("annotator-lead", tier).length > 0);
    assert.deepEqual(seen, ["edge", "work"]);
    assert.ok(may("annotator-lead", "work", "", "pods/log", "get"));
    assert.ok(!may("annotator-lead", "edge", "", "pods/log", "get"));
    assert.ok(!may("viewer", "work", "", "pods/log", "get"));
  });

  it("lets an operator restart and scale", () => {
    for (const tier of tiers) {
      assert.ok(may("operator", tier, "", "pods", "delete"));
      assert.ok(may("operator", tier, "apps", "deployments/scale", "patch"));
      assert.ok(!may("operator", tier, "apps", "deployments", "patch"));
      assert.ok(!may("operator", tier, "", "secrets", "get"));
    }
  });

  it("says why of every line, and repeats none", () => {
    const seen = new Set<string>();
    for (const { roles: who, where, apiGroup, resource, verb, why } of cells) {
      assert.ok(why.length > 5);
      for (const role of who) {
        const cell = [role, String(where), apiGroup, resource, verb].join(" ");
        assert.ok(!seen.has(cell), `${cell} is granted twice`);
        seen.add(cell);
      }
    }
  });

  it("does not compile with a verb that is none", () => {
    // @ts-expect-error a wildcard is no verb
    const verbs: Grant["verbs"] = ["*"];
    assert.equal(verbs.length, 1);
  });
});

describe("RBAC", () => {
  it("has a role and a binding per namespace for who is named, and nothing for who is not", async () => {
    const resources = await registered({ viewer: ["guests"], annotatorLead: ["leads", "deputies"] });
    const names = resources.map(({ type, name }) => `${type.split(":").at(-1) ?? ""} ${name}`).sort();
    assert.deepEqual(
      names,
      [
        ...["Role", "RoleBinding"].flatMap((kind) =>
          [
            ...["edge", "work"].map((tier) => `${tier}-annotator-lead`),
            ...tiers.map((tier) => `${tier}-viewer`),
          ]
            .sort()
            .map((name) => `${kind} rbac-${name}${kind === "RoleBinding" ? "-binding" : ""}`),
        ),
      ].sort(),
    );
    assert.deepEqual(await registered({}), []);
  });

  it("binds groups to the role of the same name and namespace", async () => {
    const groups = {
      platformAdmin: ["admins"],
      operator: ["ops", "sre"],
      annotatorLead: ["leads"],
      viewer: ["all"],
    };
    const resources = await registered(groups);
    const of = (kind: string) => resources.filter(({ type }) => type.endsWith(`:${kind}`));
    const [admin, ...rest] = of("ClusterRoleBinding").map(({ inputs }) => inputs);
    assert.equal(rest.length, 1, "an administrator's and an operator's");
    assert.deepEqual(admin?.["roleRef"], {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "semblance-test-platform-admin",
    });
    const operator = of("RoleBinding").find(({ name }) => name === "rbac-data-operator-binding")?.inputs;
    assert.deepEqual(
      operator?.["subjects"],
      ["ops", "sre"].map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name })),
    );
    assert.deepEqual(operator["roleRef"], {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "Role",
      name: "operator",
    });
    const [role] = of("Role").filter(({ name }) => name === "rbac-data-operator");
    assert.deepEqual(role?.inputs["rules"], rulesFor("operator", "data"));
    assert.equal(of("Role").length, 3 * tiers.length + 2, "annotator leads have two namespaces");
    assert.deepEqual(roles.length, 4);
  });
});
