import assert from "node:assert/strict";
import { viewOf } from "../../../../policies/core/evaluation";
import { type Resource, joinedResourceOf } from "../../../../policies/core/resource";
import { Report } from "../../../../policies/core/rule";
import { networkRules } from "../../../../policies/rules/network";
import { danglingRules } from "../../../../policies/rules/network/dangling";
import { type Fixture, urnOf } from "../../rpc";
import { deployment, object, policy } from "./objects";

type Configured = Readonly<Record<string, readonly string[] | number>>;

const one = (type: string, props: Fixture["props"]): Fixture => ({ type, name: "it", props });
const member = (name: string): Fixture => ({
  type: "docker:index/container:Container",
  name,
  props: { networksAdvanced: [{ name: "all" }] },
});
const open = { ipProtocol: "tcp", fromPort: 9000, toPort: 9000, cidrIpv4: "0.0.0.0/0" };
const group = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const hops = { metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 2 } };
const web = deployment("web");
const world = policy("web", { ingress: [{ from: [{ ipBlock: { cidr: "0.0.0.0/0" } }] }] });
const service = object("core/v1:Service", "web", { selector: { app: "wbe" } });
const ingress = object("networking.k8s.io/v1:Ingress", "web", {
  defaultBackend: { service: { name: "wbe" } },
});
const autoscaler = object("autoscaling/v2:HorizontalPodAutoscaler", "web", {
  scaleTargetRef: { kind: "Deployment", name: "wbe" },
});

/** What is refused without an option, and not with it. */
const cases: readonly (readonly [string, readonly Fixture[], Configured])[] = [
  ["net-01-pod-isolated", [web], { tools: ["shop/web"] }],
  ["net-01-pod-isolated", [web], { tools: ["shop/*"] }],
  ["net-01-pod-isolated", [web, policy("web", { policyTypes: ["Ingress"] })], { directions: ["Ingress"] }],
  [
    "net-02-default-deny",
    [one("kubernetes:core/v1:Namespace", { metadata: { name: "shop" } })],
    { exceptNamespaces: ["shop"] },
  ],
  ["net-03-policy-width", [world], { edge: [world.name ?? ""] }],
  ["net-03-policy-dangling", [policy("web")], { outside: [policy("web").name ?? ""] }],
  [
    "net-04-service-exposure",
    [one("kubernetes:core/v1:Service", { spec: { type: "NodePort" } })],
    { edge: ["it"] },
  ],
  [
    "net-04-service-exposure",
    [
      one("kubernetes:core/v1:Service", {
        spec: { type: "LoadBalancer", loadBalancerSourceRanges: ["0.0.0.0/0"] },
      }),
    ],
    { edge: ["it"] },
  ],
  [
    "net-05-namespace",
    [one("kubernetes:core/v1:Secret", { metadata: { name: "tls", namespace: "kube-system" } })],
    { tools: ["kube-system/tls"] },
  ],
  ["net-06-world-ports", [one(group, open)], { ports: ["9000"] }],
  [
    "net-08-private-machines",
    [one("aws:ec2/subnet:Subnet", { mapPublicIpOnLaunch: true })],
    { edge: ["it"] },
  ],
  ["net-10-metadata-service", [one("aws:ec2/instance:Instance", hops)], { hops: 2 }],
  [
    "net-11-docker-ports",
    [one("docker:index/container:Container", { ports: [{ internal: 443, external: 443 }] })],
    { edge: ["it"] },
  ],
  ["net-12-docker-network-internal", [one("docker:index/network:Network", {})], { outward: ["it"] }],
  [
    "net-12-docker-flat-network",
    [
      ...["web", "db", "cache"].map(member),
      one("docker:index/network:Network", { name: "all", internal: true }),
    ],
    { containers: 4 },
  ],
  ["op-08-selector-matches-pods", [web, service], { outside: [service.name ?? ""] }],
  ["op-08-ingress-backend", [ingress], { outside: [ingress.name ?? ""] }],
  ["op-08-autoscaler-target", [autoscaler], { outside: [autoscaler.name ?? ""] }],
  [
    "op-08-pod-references",
    [deployment("web", { serviceAccountName: "web" })],
    { outside: ["ServiceAccount/web"] },
  ],
];

describe("policies: options of the rules about networks", () => {
  const rules = [...networkRules, ...danglingRules];

  for (const [name, of, configured] of cases)
    it(`${name}: ${JSON.stringify(configured)}`, () => {
      assert.deepEqual(new Set(kinds(name, of, {})), new Set(["violation"]));
      assert.deepEqual(kinds(name, of, configured), []);
    });

  it("each has its case", () => {
    const all = rules.flatMap(({ name, options = {} }) =>
      Object.keys(options).map((key) => `${name} ${key}`),
    );
    const tried = cases.flatMap(([name, , configured]) =>
      Object.keys(configured).map((key) => `${name} ${key}`),
    );
    assert.deepEqual(new Set(tried), new Set(all));
  });

  function kinds(name: string, of: readonly Fixture[], configured: Configured): string[] {
    const rule = rules.find((candidate) => candidate.name === name);
    assert.ok(rule !== undefined, name);
    const resources = of.map(resource);
    const reports =
      rule.kind === "stack"
        ? [[new Report(rule, configured), (report: Report) => rule.check(viewOf(resources), report)] as const]
        : resources.map(
            (its) =>
              [new Report(rule, configured, its), (report: Report) => rule.check(its, report)] as const,
          );
    return reports.flatMap(([report, check]) => {
      check(report);
      return report.findings.map(({ kind }) => kind);
    });
  }
});

const resource = (fixture: Fixture): Resource =>
  joinedResourceOf({
    type: fixture.type,
    name: fixture.name ?? "it",
    urn: urnOf(fixture),
    props: fixture.props,
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
      additionalSecretOutputs: [],
    },
    dependencies: [],
    propertyDependencies: {},
    isType: () => false,
    asType: () => undefined,
  });
