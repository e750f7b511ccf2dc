import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { trustOf, withHost } from "../../components/core/connection";
import { onKubernetes } from "../support/kubernetes-program";
import { open, redis, serverSpec } from "../support/samples";

describe("a platform that is given managed services", () => {
  const managed = { redis: { reach: [], server: () => assert.fail("nobody asks for it") } };

  it("refuses a stack that runs the same server", async () => {
    const both = onKubernetes(() => undefined, {}, { managed });
    await assert.rejects(
      both,
      /redis: members of the stack, and managed as well; give the same `managed` to/,
    );
  });

  it("refuses a name that is not known yet, of a server that is not managed", async () => {
    const later = { ...redis, address: { host: pulumi.output("later.example"), port: 6379 } };
    const spec = { ...serverSpec, uses: [later] };
    const run = onKubernetes((platform, parent) => void platform.run("label-studio", spec, parent));
    await assert.rejects(
      run,
      /label-studio dials redis by a name that is not known yet, and redis is not managed/,
    );
  });
});

describe("a connection", () => {
  const one = { caCertificate: "one\n" };
  const two = { caCertificate: pulumi.output("two") };

  it("has a text with its host in it at once where the host is known, and later otherwise", async () => {
    const make = (host: string) => `https://${host}`;
    assert.equal(withHost({ host: "here", port: 1 }, make), "https://here");
    const later = withHost({ host: pulumi.output("there"), port: 1 }, make);
    assert.ok(pulumi.Output.isInstance(later));
    assert.equal((await open(later)).text, "https://there");
  });

  it("is verified by each authority once; by one alone, as it is", async () => {
    assert.equal(trustOf(one, one, one), one);
    assert.equal((await open(trustOf(one, two, one, two).caCertificate)).text, "one\ntwo\n");
  });
});
