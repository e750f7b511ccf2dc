import assert from "node:assert/strict";
import { Report, type ResourceRule, type Rule } from "../../../../policies/core/rule";
import type { Resource } from "../../../../policies/core/resource";
import { workloadRules } from "../../../../policies/rules/workloads";
import type { Properties } from "../../../../policies/core/value";

const named = (name: string): ResourceRule => {
  const rule = workloadRules.find((one: Rule) => one.name.startsWith(`${name}-`));
  assert.ok(rule?.kind === "resource", name);
  return rule;
};

const agent = (props: Properties, type = "docker:index/container:Container"): Resource => ({
  type,
  name: "agent",
  urn: "urn:agent",
  props,
  protect: false,
  provider: {},
  dependencies: [],
  propertyDependencies: {},
});

const faults = (rule: string, resource: Resource, ...allowed: readonly string[]): number => {
  const report = new Report(named(rule), { allowed }, resource);
  named(rule).check(resource, report);
  return report.findings.length;
};

const folder = (readOnly: boolean) =>
  agent({ volumes: [{ hostPath: "/var/log/", containerPath: "/logs", readOnly }] });

describe("policies: what the option `allowed` lets pass, and what not", () => {
  it("a resource by its name, and no other", () => {
    for (const rule of ["wl-03", "wl-06", "wl-12"]) {
      assert.equal(faults(rule, agent({}), "agent"), 0, rule);
      assert.equal(faults(rule, agent({}), "agent-2", "agen", "agent=*"), 1, rule);
    }
  });
  it("a folder to be read, and not to be written", () => {
    assert.equal(faults("wl-08", folder(true), "agent=/var/log:ro"), 0);
    assert.equal(faults("wl-08", folder(false), "agent=/var/log:ro"), 1);
    assert.equal(faults("wl-08", folder(false), "agent=/var/log"), 0);
    assert.equal(faults("wl-08", folder(true), "agent=/var", "other=/var/log:ro", "agent"), 1);
  });
  it("a folder does not stand for a socket in it", () => {
    const machine = agent({ volumes: [{ hostPath: "/", containerPath: "/host", readOnly: true }] });
    assert.equal(faults("wl-08", machine, "agent=/:ro"), 0);
    assert.equal(faults("wl-09", machine, "agent=/:ro", "agent"), 1);
  });
  it("one capability, device, namespace, port or level, and not the next", () => {
    const two = agent({ capabilities: { drops: ["ALL"], adds: ["CAP_SYS_PTRACE", "SYS_ADMIN"] } });
    assert.equal(faults("wl-04", two, "agent=SYS_PTRACE"), 1);
    assert.equal(faults("wl-04", two, "agent=SYS_PTRACE", "agent=CAP_SYS_ADMIN"), 0);
    const devices = agent({ devices: [{ hostPath: "/dev/fuse" }, { hostPath: "/dev/sda" }] });
    assert.equal(faults("wl-15", devices, "agent=/dev/fuse"), 1);
    assert.equal(faults("wl-07", agent({ pidMode: "host", ipcMode: "host" }), "agent=pidMode"), 1);
    const pod = agent(
      { spec: { containers: [{ ports: [{ hostPort: 80 }], securityContext: { procMount: "Unmasked" } }] } },
      "kubernetes:core/v1:Pod",
    );
    assert.equal(faults("wl-10", pod, "agent=hostPort"), 1);
    const level = { "pod-security.kubernetes.io/enforce": "privileged" };
    const namespace = agent({ metadata: { labels: level } }, "kubernetes:core/v1:Namespace");
    assert.equal(faults("wl-13", namespace, "agent=privileged"), 0);
    assert.equal(faults("wl-13", namespace, "agent=baseline"), 1);
  });
  it("a kind that no rule sees into", () => {
    const release = agent({}, "kubernetes:helm.sh/v3:Release");
    assert.equal(faults("wl-14", release, "agent"), 0);
    assert.equal(faults("wl-14", release), 1);
  });
});
