import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../components/core/errors";
import { arrows, memberNames, members } from "../../components/topology";
import { CANARY, type Recording, type Registered } from "../support/mocks";
import { runProgram } from "../support/program";

/** Settings of a stack with every member. */
const EVERYTHING = { profile: "full", development: true, alerts: { receiver: "email" } };

let program: Recording<Readonly<Record<string, unknown>>>;

const ofType = (end: string): readonly Registered[] =>
  program.resources.filter(({ type }) => type.endsWith(end));
const nameIn = (urn: string): string => urn.split("::").at(-1) ?? "";
const children = (parent: Registered) => program.resources.filter((one) => one.parent === parent.urn);

/** The JSON of a value, whatever Outputs are in it. */
const textOf = (value: unknown): Promise<string> =>
  new Promise((resolve) => void pulumi.jsonStringify(pulumi.output(value)).apply(resolve));

describe("program", () => {
  before(async () => {
    program = await runProgram(EVERYTHING);
  });

  describe("the program", () => {
    it("registers a component per service, one for networking, secrets, certificates and images", () => {
      const components = program.resources.filter(({ custom }) => !custom);
      for (const type of ["network:Networks", "secrets:Secrets", "tls:Authority", "image:Images"]) {
        assert.equal(components.filter((one) => one.type === `semblance:${type}`).length, 1, type);
      }
      for (const { type, name } of components) {
        assert.match(type, /^semblance:[a-z-]+:[A-Z][A-Za-z]+$/, name);
        assert.match(name, /^[a-z][a-z0-9-]*$/);
      }
      const containers = new Set(ofType(":Container").map(({ name }) => name));
      for (const member of memberNames) {
        if (members[member].kind === "server") assert.ok(containers.has(member), `no container ${member}`);
      }
    });

    it("makes one network per number of an arrow and one for the edge", () => {
      assert.equal(ofType(":Network").length, new Set(arrows.map(({ net }) => net)).size + 1);
    });

    it("has everything that a provider makes below a component, by a name that starts with the component's", () => {
      for (const { custom, type, name, parent } of program.resources) {
        if (type.startsWith("pulumi:providers:")) continue;
        if (parent === "") assert.ok(!custom, `${name} lies beside the components`);
        else
          assert.ok(
            name === nameIn(parent) || name.startsWith(`${nameIn(parent)}-`),
            `${name} below ${nameIn(parent)}`,
          );
      }
    });

    it("has an empty component nowhere, and no two resources of one name", () => {
      for (const one of program.resources) {
        if (!one.custom)
          assert.ok(
            children(one).length > 0,
            `${one.name} has no children: depending on it is no dependency`,
          );
      }
      const urns = program.resources.map(({ urn }) => urn);
      assert.deepEqual(
        urns.filter((urn, i) => urns.indexOf(urn) !== i),
        [],
      );
    });

    it("asks its own providers and never a default one", () => {
      for (const { custom, type, name, provider } of program.resources) {
        if (custom && !type.startsWith("pulumi:providers:")) assert.notEqual(provider, "", name);
      }
    });

    it("protects what would be lost for good: data, passwords, keys of encryption, the authority", () => {
      const lost = program.resources.filter(({ protect }) => protect);
      for (const { name, protect } of [...ofType(":RandomPassword"), ...ofType(":RandomBytes")])
        assert.ok(protect, name);
      for (const name of [
        "authority-key",
        "authority-certificate",
        "postgres-data",
        "redis-data",
        "minio-data",
      ]) {
        assert.ok(
          lost.some((one) => one.name === name),
          name,
        );
      }
      const cheap = program.resources.filter(({ type }) =>
        /:(Container|Network|RemoteImage|CertRequest)$/.test(type),
      );
      assert.deepEqual(
        cheap.filter(({ protect }) => protect),
        [],
        "what can be made again must not stand in the way of down",
      );
    });

    it("marks every input that holds a secret", () => {
      for (const { name, inputs, secretInputs } of program.resources) {
        for (const [input, value] of Object.entries(inputs)) {
          if (JSON.stringify(value)?.includes(CANARY))
            assert.ok(secretInputs.includes(input), `${name}: ${input}`);
        }
      }
    });

    it("hands secrets to containers as files only", () => {
      for (const { name, inputs } of ofType(":Container")) {
        const holders = Object.keys(inputs).filter((input) =>
          JSON.stringify(inputs[input])?.includes(CANARY),
        );
        assert.deepEqual(holders, name.endsWith("-files-carrier") ? ["uploads"] : [], name);
      }
    });

    it("calls everything on the engine by the stack's name, and marks it as the stack's", () => {
      for (const { name, inputs } of [...ofType(":Container"), ...ofType(":Network"), ...ofType(":Volume")]) {
        assert.match(String(inputs["name"]), /^semblance-dev-/, name);
        const labels = inputs["labels"];
        assert.ok(
          Array.isArray(labels) &&
            labels.some(({ label, value }) => label === "semblance.stack" && value === "dev"),
          name,
        );
      }
      const names = ofType(":Container").map(({ inputs }) => inputs["name"]);
      assert.equal(new Set(names).size, names.length);
    });

    it("publishes ports of the edge only, on this machine only", () => {
      for (const { name, inputs } of ofType(":Container")) {
        const ports = inputs["ports"] ?? [];
        assert.ok(Array.isArray(ports));
        if (name !== "gateway") assert.deepEqual(ports, [], name);
        else for (const { ip } of ports) assert.equal(ip, "127.0.0.1");
      }
    });
  });

  describe("the outputs of the program", () => {
    it("are secret where they hold a secret", async () => {
      for (const [name, value] of Object.entries(program.result)) {
        const output = pulumi.output(value);
        const text = await textOf(value);
        if (text.includes(CANARY)) assert.ok(await pulumi.isSecret(output), name);
      }
    });

    it("have the certificate that a browser must trust, in clear", async () => {
      const { caCertificate } = program.result;
      assert.equal(await pulumi.isSecret(pulumi.output(caCertificate)), false);
      assert.match(await textOf(caCertificate), /BEGIN CERTIFICATE/);
    });
  });

  describe("the program, run again", () => {
    const byUrn = (resources: readonly Registered[]) =>
      [...resources].sort((a, b) => a.urn.localeCompare(b.urn));

    it("registers the same: the second `up` changes nothing", async () => {
      const second = await runProgram(EVERYTHING);
      assert.deepEqual(byUrn(second.resources), byUrn(program.resources));
    });

    it("shares no name on the engine with another stack", async () => {
      const other = await runProgram({}, "staging");
      const names = (resources: readonly Registered[]) =>
        resources
          .filter(({ type }) => /:(Container|Network|Volume)$/.test(type))
          .map(({ inputs }) => String(inputs["name"]));
      const here = new Set(names(program.resources));
      assert.deepEqual(
        names(other.resources).filter((name) => here.has(name)),
        [],
      );
    });

    it("refuses a wrong configuration before anything is registered", async () => {
      await assert.rejects(runProgram({ profile: "cor" }), ConfigError);
    });
  });
});
