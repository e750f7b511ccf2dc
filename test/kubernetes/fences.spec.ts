import assert from "node:assert/strict";
import type * as k8s from "@kubernetes/client-node";
import { type Role, roles } from "../../components/platforms/kubernetes/rbac-table";
import type { Api } from "../../toolchain/cluster";
import { allowed, CLUSTER_MS, soon, theCluster, type TestCluster } from "../support/cluster";
import { asking, podOf } from "../support/cluster-pods";
import { apply, differences, fencesOf, pathOf } from "../support/fences";
import { kubernetesProgram, type Manifest } from "../support/kubernetes-program";
import { assertArrows, policyOf, renderedPods } from "../support/network-rendered";
import { attributesOf, isGranted, wishes } from "../support/rbac-wishes";
import { copiesOf } from "../support/rendered-copies";

const namespaceOf = (tier: string): string => `semblance-test-${tier}`;
const groups = {
  platformAdmin: ["fences-admins"],
  operator: ["fences-operators"],
  annotatorLead: ["fences-leads"],
  viewer: ["fences-viewers"],
};
const groupOf: Readonly<Record<Role, string>> = {
  "platform-admin": "fences-admins",
  operator: "fences-operators",
  "annotator-lead": "fences-leads",
  viewer: "fences-viewers",
};

describe("what stands around workloads, on a real API server", function () {
  this.timeout(5 * 60_000);
  let cluster: TestCluster;
  let admin: Api;
  let manifests: readonly Manifest[];
  let fences: readonly Manifest[] = [];

  const at = (tier: string, kind: string) => `/api/v1/namespaces/${namespaceOf(tier)}/${kind}`;
  const create = (tier: string, pod: k8s.V1Pod) => admin.create<k8s.V1Pod>(at(tier, "pods"), pod);

  before(async function () {
    this.timeout(CLUSTER_MS);
    cluster = await theCluster();
    ({ admin } = cluster);
    // Without headroom, so that it shows where a quota ends.
    const settings = { rbac: groups, quotas: { headroomPercent: 0 }, autoscaling: { maxReplicas: 3 } };
    ({ manifests } = await kubernetesProgram({ profile: "full", development: true }, settings));
    fences = fencesOf(manifests);
    for (const manifest of fences) await apply(admin, manifest);
  });

  after(async () => {
    const whole = fences.filter(({ namespace }) => namespace === undefined);
    await Promise.all(whole.map((manifest) => admin.delete(pathOf(manifest))));
  });

  it("is what was sent, so that a preview finds no difference, and stays as it is when it is sent again", async () => {
    assert.ok(fences.length > 100, String(fences.length));
    for (const manifest of fences) {
      const first = await apply(admin, manifest);
      const { metadata, ...rest } = manifest.object;
      assert.deepEqual(differences(rest, first), [], manifest.name);
      assert.deepEqual(differences(metadata, first.metadata), [], manifest.name);
    }
    const quiet = fences.filter(({ kind }) => !["Namespace", "ResourceQuota"].includes(kind));
    const versions = async () =>
      Promise.all(quiet.map(async (one) => (await apply(admin, one)).metadata.resourceVersion));
    assert.deepEqual(await versions(), await versions());
  });

  it("refuses a pod that is not restricted everywhere but among what reads the nodes", async () => {
    const hostPath = { volumes: [{ name: "root", hostPath: { path: "/" } }] };
    for (const { name } of fences.filter(({ kind }) => kind === "Namespace")) {
      const tier = name.replace("semblance-test-", "");
      const attempt = admin.create(`${at(tier, "pods")}?dryRun=All`, podOf("reads-the-node", {}, hostPath));
      if (tier === "nodes") await attempt;
      else await assert.rejects(attempt, /violates PodSecurity "restricted:v1\.34".*hostPath/s);
    }
  });

  it("gives a pod that names no account no token, and one that names no limits some", async () => {
    // The API server's own copy of accounts follows what is written a moment later.
    const spec = await soon("a pod without a token", async () => {
      const pod = podOf("says-nothing");
      const { spec: made } = await admin.create<k8s.V1Pod>(`${at("nodes", "pods")}?dryRun=All`, pod);
      return (made?.volumes ?? []).length === 0 && made;
    });
    assert.equal(spec.serviceAccountName, "default");
    assert.deepEqual(spec.containers[0]?.resources, {
      limits: { cpu: "500m", memory: "256Mi" },
      requests: { cpu: "50m", memory: "64Mi" },
    });
  });

  it("has room for every copy, job and rolling update at once, and for nothing more", async () => {
    for (const account of manifests.filter(({ kind }) => kind === "ServiceAccount"))
      await apply(admin, account);
    for (const { namespace, name, pod } of copiesOf(manifests))
      await admin.create(`/api/v1/namespaces/${namespace}/pods`, {
        ...pod,
        metadata: { ...pod.metadata, name },
      });
    for (const tier of ["edge", "work", "data", "models", "monitoring", "development"]) {
      const quota = await soon(`the quota of ${tier} to be used up`, async () => {
        const { status } = await admin.get<k8s.V1ResourceQuota>(`${at(tier, "resourcequotas")}/quota`);
        return status?.used?.["pods"] === status?.hard?.["pods"] && status;
      });
      for (const resource of ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"])
        assert.equal(quota.used?.[resource], quota.hard?.[resource], `${resource} of ${tier}`);
      await assert.rejects(
        create(tier, podOf("one-more", asking({ cpu: "1m", memory: "1Mi" }))),
        /exceeded quota: quota/,
      );
    }
  });

  it("lets nobody have a GPU, a load balancer, a port of the nodes or a volume that no service asks for", async () => {
    for (const tier of ["work", "data", "models"]) {
      const gpu = { "nvidia.com/gpu": "1" };
      const attempt = create(tier, podOf("gpu", asking({ ...gpu, cpu: "1m", memory: "1Mi" })));
      await assert.rejects(attempt, /exceeded quota: quota.*requests\.nvidia\.com\/gpu=1/s);
      for (const [type, resource] of [
        ["LoadBalancer", "loadbalancers"],
        ["NodePort", "nodeports"],
      ] as const) {
        const door = { metadata: { name: "door" }, spec: { type, ports: [{ port: 443 }] } };
        await assert.rejects(
          admin.create(at(tier, "services"), door),
          new RegExp(`exceeded quota: quota.*services\\.${resource}=1`, "s"),
        );
      }
    }
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Ti" } } };
    await assert.rejects(
      admin.create(at("data", "persistentvolumeclaims"), { metadata: { name: "large" }, spec }),
      /exceeded quota: quota.*requests\.storage=1Ti/s,
    );
  });

  it("has network policies that allow the arrows and nothing else, as the server keeps them", async () => {
    const namespaces = await admin.list<k8s.V1Namespace>("/api/v1/namespaces");
    const policies = await admin.list<k8s.V1NetworkPolicy>("/apis/networking.k8s.io/v1/networkpolicies");
    const kept = policies.filter(({ metadata }) => metadata?.namespace?.startsWith("semblance-test-"));
    assertArrows(
      {
        namespaces: Object.fromEntries(
          namespaces.map(({ metadata }) => [metadata?.name ?? "", metadata?.labels ?? {}]),
        ),
        policies: kept.map((policy) => policyOf(policy.metadata?.namespace ?? "", policy)),
      },
      renderedPods(manifests),
    );
  });

  describe("roles", () => {
    const people = new Map<Role, Api>();
    before(async () => {
      for (const role of roles) people.set(role, await cluster.user(`${role}-ada`, [groupOf[role]]));
    });
    const who = (role: Role): Api => people.get(role) ?? assert.fail(role);

    for (const role of roles) {
      it(`let ${role} do what the table says, there and nowhere else`, async () => {
        const wrong: string[] = [];
        for (const place of ["edge", "work", "data", "nodes", undefined] as const) {
          const namespace = place === undefined ? "kube-system" : namespaceOf(place);
          const answers = wishes.map(async (wish) => {
            const got = await allowed(who(role), attributesOf(wish, namespace));
            if (got === isGranted(role, wish, place)) return;
            wrong.push(`${namespace}: ${Object.values(wish).join(" ")} is ${got ? "" : "not "}allowed`);
          });
          await Promise.all(answers);
        }
        assert.deepEqual(wrong, []);
      });
    }

    it("hold when somebody tries", async () => {
      const [lead, viewer, operator, chief] = [
        who("annotator-lead"),
        who("viewer"),
        who("operator"),
        who("platform-admin"),
      ];
      const stranger = await cluster.user("stranger");
      await admin.create(at("data", "secrets"), { metadata: { name: "password" }, stringData: { it: "is" } });

      await assert.rejects(stranger.list(at("work", "pods")), /403: .*cannot list resource "pods"/);
      assert.ok((await viewer.list(at("data", "pods"))).length > 0);
      assert.ok((await lead.list(at("work", "pods"))).length > 0);
      await assert.rejects(lead.list(at("data", "pods")), /403: /);
      for (const nobody of [viewer, lead, operator])
        await assert.rejects(
          nobody.get(`${at("data", "secrets")}/password`),
          /403: .*cannot get resource "secrets"/,
        );
      await chief.get(`${at("data", "secrets")}/password`);
      await assert.rejects(chief.list("/api/v1/namespaces/kube-system/secrets"), /403: /);
      await assert.rejects(chief.list("/api/v1/secrets"), /403: .*at the cluster scope/);

      const [victim] = await operator.list<k8s.V1Pod>(at("work", "pods"));
      await assert.rejects(viewer.delete(`${at("work", "pods")}/${victim?.metadata?.name ?? ""}`), /403: /);
      await operator.delete(`${at("work", "pods")}/${victim?.metadata?.name ?? ""}`);
      await assert.rejects(
        operator.create(at("data", "pods"), podOf("spy")),
        /403: .*cannot create resource "pods"/,
      );
      await operator.list("/api/v1/nodes");
      await assert.rejects(viewer.list("/api/v1/nodes"), /403: /);
      const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespaceOf("data")}/rolebindings`;
      const self = [{ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name: groupOf.operator }];
      const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "platform-admin" };
      for (const climber of [operator, chief])
        await assert.rejects(
          climber.create(rbac, { metadata: { name: "climb" }, roleRef, subjects: self }),
          /403: /,
        );
    });
  });
});
