import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../components/core/errors";
import { alertmanagerSpec, type Receiver } from "../../components/services/alertmanager";
import { Sensitive } from "../../components/core/values";
import { CANARY, type Recording } from "../support/mocks";
import { runProgram } from "../support/program";
import { connection, fileOf, leaf, login, open, secretText, trust } from "../support/samples";

const specWith = (receiver: Receiver) =>
  alertmanagerSpec({
    leaf,
    trust,
    listen: ["10.89.0.2", "10.89.0.10"],
    clients: [login("gateway"), login("prometheus")],
    probe: login("probe"),
    receiver,
    url: "https://alertmanager.semblance.localhost:8443",
  });
const webhook = specWith({ kind: "webhook", url: Sensitive.of(secretText("https://hook/token")) });
const email = specWith({
  kind: "email",
  to: "alerts@semblance.local",
  from: "alertmanager@semblance.local",
  through: { ...connection("mailpit", "smtp", 1025), login: login("alertmanager") },
});

interface Configuration {
  readonly route: { readonly receiver: string };
  readonly receivers: readonly {
    readonly name: string;
    readonly webhook_configs?: readonly { url_file: string; url?: string }[];
    readonly email_configs?: readonly {
      smarthost: string;
      require_tls: boolean;
      tls_config: object;
      auth_password_file: string;
    }[];
  }[];
}
const configuration = async (spec: ReturnType<typeof specWith>): Promise<Configuration> =>
  JSON.parse(await fileOf(spec, "/etc/semblance/alertmanager.yml")) as Configuration;

describe("Alertmanager", () => {
  it("tells nobody unless asked to", async () => {
    const { route, receivers } = await configuration(specWith({ kind: "none" }));
    assert.equal(route.receiver, "none");
    assert.deepEqual(receivers, [{ name: "none" }]);
  });

  it("reads the URL of a webhook from a secret file", async () => {
    const { route, receivers } = await configuration(webhook);
    const file = receivers[0]?.webhook_configs?.[0]?.url_file ?? "";
    assert.equal(route.receiver, receivers[0]?.name);
    const { text, secret } = await open(webhook.files?.[file as `/etc/semblance/${string}`] ?? "");
    assert.ok(secret && text === secretText("https://hook/token"));
  });

  it("sends mail over TLS with a verified name and a login, and uses that arrow", async () => {
    const mail = (await configuration(email)).receivers[0]?.email_configs?.[0];
    assert.ok(mail);
    assert.equal(mail.smarthost, "mailpit:1025");
    assert.equal(mail.require_tls, true);
    assert.deepEqual(mail.tls_config, {
      ca_file: "/etc/semblance/tls/ca.crt",
      server_name: "mailpit",
      min_version: "TLS12",
    });
    assert.equal(await fileOf(email, mail.auth_password_file), secretText("alertmanager"));
    assert.deepEqual(
      email.uses.map(({ server, port }) => `${server}:${port}`),
      ["mailpit:smtp"],
    );
    assert.deepEqual(webhook.uses, []);
  });

  it("knows its clients and its own probe, nobody else, and listens where they dial it", async () => {
    const { basic_auth_users: users } = JSON.parse(await fileOf(email, "/etc/semblance/web.yml")) as {
      basic_auth_users: Record<string, string>;
    };
    assert.deepEqual(Object.keys(users), ["gateway", "prometheus", "probe"]);
    const listening = email.command.filter((word) => word.startsWith("--web.listen-address="));
    assert.deepEqual(listening, [
      "--web.listen-address=10.89.0.2:9093",
      "--web.listen-address=10.89.0.10:9093",
    ]);
    assert.ok(email.command.includes("--cluster.listen-address="), "it looks for no others");
  });

  it("has no secret in its configuration, its probe or its command line", async () => {
    for (const spec of [webhook, email]) {
      const texts = [spec.command, spec.ready.command].map(String);
      for (const file of ["alertmanager.yml", "probe.yml"])
        texts.push(await fileOf(spec, `/etc/semblance/${file}`));
      for (const text of texts) assert.ok(!text.includes(CANARY));
    }
  });
});

describe("the webhook of a stack", () => {
  const settings = { profile: "full", alerts: { receiver: "webhook" } };
  const url = secretText("https://hook/token");

  /** The whole program, with what `pulumi config set --secret alertWebhookUrl` sets. */
  const withUrl = () => {
    const running = runProgram(settings);
    // The program has its settings by now and starts later.
    pulumi.runtime.setConfig("semblance-curation:alertWebhookUrl", url);
    return running;
  };
  const membersOfEgress = ({ resources }: Recording<unknown>) =>
    resources
      .filter(({ inputs }) => JSON.stringify(inputs["networksAdvanced"])?.includes("networks-egress-id"))
      .map(({ name }) => name);

  it("has its URL from a secret of the stack, which stays one; Alertmanager alone has a way out to it", async () => {
    const program = await withUrl();
    const carrier = program.resources.find(({ name }) => name === "alertmanager-files-carrier");
    assert.ok(JSON.stringify(carrier?.inputs["uploads"]).includes(url));
    assert.ok(carrier?.secretInputs.includes("uploads"));
    assert.deepEqual(membersOfEgress(program), ["alertmanager"]);
  });

  it("is asked for where there is none, with the command that sets it", async () => {
    await assert.rejects(runProgram(settings), (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(
        error.message,
        /alertWebhookUrl: found nothing, and alerts\.receiver is webhook; .*fix: pulumi config set --secret alertWebhookUrl https/,
      );
      return true;
    });
  });

  it("is all that a way out is there for", async () => {
    assert.equal(webhook.egress, true);
    for (const spec of [email, specWith({ kind: "none" })]) assert.ok(!("egress" in spec));
    for (const other of [{ profile: "full" }, { ...settings, profile: "core" }]) {
      const { resources } = await runProgram(other);
      assert.ok(!resources.some(({ name }) => name === "networks-egress"), JSON.stringify(other));
    }
  });
});
