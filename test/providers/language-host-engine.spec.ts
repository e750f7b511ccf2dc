import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { ensurePlugins } from "../../toolchain/pulumi/plugins";
import { silent } from "../../toolchain/progress";
import { until } from "./base-harness";
import { Workspace } from "./base-engine";

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
const length = new pulumi.Config().requireNumber("length");
const password = new random.RandomPassword("password", { length, special: false });
const caKey = new tls.PrivateKey("ca-key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
const ca = new tls.SelfSignedCert("ca", {
  privateKeyPem: caKey.privateKeyPem, subject: { commonName: "CA" }, isCaCertificate: true,
  allowedUses: ["cert_signing"], validityPeriodHours: 1000,
});
const key = new tls.PrivateKey("key", { algorithm: "ECDSA", ecdsaCurve: "P256" });
const request = new tls.CertRequest("request", { privateKeyPem: key.privateKeyPem, subject: { commonName: "leaf" }, dnsNames: ["leaf"] });
const leaf = new tls.LocallySignedCert("leaf", {
  certRequestPem: request.certRequestPem, caCertPem: ca.certPem, caPrivateKeyPem: caKey.privateKeyPem,
  allowedUses: ["server_auth"], validityPeriodHours: 24,
  earlyRenewalHours: new pulumi.Config().getNumber("renewal") ?? 0,
});
export const outputs = { password: password.result, ca: ca.certPem, leaf: leaf.certPem, key: key.privateKeyPem };
export const configured = new pulumi.Config().requireSecret("token");
`;

describe("the toolchain under the real CLI: language host, random, tls", function () {
  // The CLI may have to be built first.
  this.timeout(15 * 60_000);
  const workspace = new Workspace();
  const { PULUMI_HOME, SEMBLANCE_PLUGINS } = process.env;

  before(async () => {
    await workspace.open(PROGRAM);
    process.env["PULUMI_HOME"] = workspace.home;
    process.env["SEMBLANCE_PLUGINS"] = "closed-network";
    await ensurePlugins(silent);
    await workspace.pulumi("config", "set", "length", "20");
    await workspace.pulumi("config", "set", "--secret", "token", "hunter2hunter2");
  });
  after(() => {
    for (const [name, value] of Object.entries({ PULUMI_HOME, SEMBLANCE_PLUGINS })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    workspace.close();
  });

  const outputs = async () => {
    const text = await workspace.pulumi("stack", "output", "--json", "--show-secrets");
    const parsed = JSON.parse(text) as {
      outputs: Record<"password" | "ca" | "leaf" | "key", string>;
      configured: string;
    };
    return { ...parsed.outputs, configured: parsed.configured };
  };

  it("previews, and makes nothing", async () => {
    assert.match(await workspace.pulumi("preview"), /\+ 7 to create/);
    assert.ok(!(await workspace.pulumi("stack")).includes("RandomPassword"));
  });

  it("brings it up; certificates verify; no secret lies open in the state", async () => {
    assert.match(await workspace.pulumi("up", "--yes", "--skip-preview"), /\+ 7 created/);
    const { password, ca, leaf, key, configured } = await outputs();
    assert.match(password, /^[A-Za-z0-9]{20}$/);
    assert.equal(configured, "hunter2hunter2");
    workspace.write("ca.pem", ca);
    workspace.write("leaf.pem", leaf);
    execFileSync("openssl", ["verify", "-CAfile", "ca.pem", "leaf.pem"], {
      cwd: workspace.directory,
      stdio: "pipe",
    });
    const state = workspace.state();
    for (const secret of [password, key.split("\n")[1] ?? "", configured]) assert.ok(!state.includes(secret));
  });

  it("changes nothing the second time, nor at a refresh", async () => {
    assert.match(await workspace.pulumi("up", "--yes", "--expect-no-changes"), /7 unchanged|8 unchanged/);
    await workspace.pulumi("refresh", "--yes", "--expect-no-changes");
  });

  it("replaces exactly what a changed input is in, and updates what can be updated", async () => {
    const before = await outputs();
    await workspace.pulumi("config", "set", "length", "30");
    await workspace.pulumi("config", "set", "renewal", "1");
    const said = await workspace.pulumi("up", "--yes", "--skip-preview", "--diff");
    assert.match(said, /\+-random:index\/randomPassword:RandomPassword: \(replace\)[^]*length: 20 => 30/);
    assert.match(
      said,
      /~ tls:index\/locallySignedCert:LocallySignedCert: \(update\)[^]*earlyRenewalHours: 0 => 1/,
    );
    const now = await outputs();
    assert.equal(now.password.length, 30);
    assert.equal(now.leaf, before.leaf);
  });

  it("replaces a certificate that is due, without a refresh", async () => {
    const before = await outputs();
    await workspace.pulumi("config", "set", "renewal", "24");
    assert.match(await workspace.pulumi("preview", "--diff"), /LocallySignedCert: \(replace\)/);
    await workspace.pulumi("up", "--yes", "--skip-preview");
    assert.notEqual((await outputs()).leaf, before.leaf);
    await workspace.pulumi("config", "set", "renewal", "0");
    await workspace.pulumi("up", "--yes", "--skip-preview");
  });

  it("says in one message what a program throws", async () => {
    workspace.write("index.ts", "throw new Error('the program says no');");
    const { code, output } = await workspace.attempt("preview");
    assert.notEqual(code, 0);
    assert.match(output, /the program says no/);
    workspace.write("index.ts", PROGRAM);
  });

  it("lists the program's plugins in `pulumi about`", async () => {
    assert.match(await workspace.pulumi("about"), /nodejs[^]*tls/);
  });

  it("destroys, and leaves no process", async () => {
    assert.match(await workspace.pulumi("destroy", "--yes", "--skip-preview"), /7 deleted|8 deleted/);
    await until("every plugin ended", () => workspace.processes().length === 0, 10_000);
  });
});
