import assert from "node:assert/strict";
import { mailpitSpec } from "../../components/services/development/mailpit";
import { pgwebSpec } from "../../components/services/development/pgweb";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, open, postgres, secretText, trust } from "../support/samples";

describe("pgweb", () => {
  const spec = pgwebSpec({ leaf, listen: ["10.89.0.2"], postgres, reader: login("gateway") });
  const door = async () =>
    JSON.parse(await fileOf(spec, "/etc/semblance/door.json")) as {
      child: { command: string[] };
      fronts: { listen: string[]; upstream: string; clients: { name: string; hashFile: string }[] }[];
    };

  it("is reached by the gateway alone, through the door", async () => {
    const { child, fronts } = await door();
    const [front, ...others] = fronts;
    assert.deepEqual(others, []);
    assert.deepEqual(front?.listen, ["10.89.0.2:8443"]);
    assert.equal(front?.upstream, "http://127.0.0.1:8081");
    assert.ok(child.command.includes("--bind=127.0.0.1") && child.command.includes("--listen=8081"));
    assert.deepEqual(
      front?.clients.map(({ name }) => name),
      ["gateway"],
    );
    assert.match(await fileOf(spec, front?.clients[0]?.hashFile ?? ""), /^\$2a\$/);
  });

  it("reads, over TLS with a verified name, with a password out of a file", async () => {
    const { command } = (await door()).child;
    assert.ok(command.includes("--readonly"));
    const url = new URL(command.find((one) => one.startsWith("--url="))?.slice(6) ?? "");
    assert.equal(url.searchParams.get("sslmode"), "verify-full");
    assert.equal(url.searchParams.get("sslrootcert"), "/etc/semblance/tls/ca.crt");
    assert.equal(url.password, "");
    const { text, secret } = await open(spec.files?.["/etc/semblance/secrets/pgpass"] ?? "");
    assert.equal(text, `postgres:5432:*:label_studio:${secretText("label_studio")}\n`);
    assert.ok(secret);
    assert.ok(command.includes("--passfile=/etc/semblance/secrets/pgpass"));
    assert.deepEqual(spec.uses, [postgres]);
  });

  it("has no secret in a command line", async () => {
    assert.ok(!JSON.stringify([spec.command, spec.ready.command, await door()]).includes(CANARY));
  });
});

describe("Mailpit", () => {
  const spec = mailpitSpec({
    leaf,
    trust,
    listen: { https: ["10.89.0.2"], smtp: ["10.89.0.18"] },
    reader: login("gateway"),
    senders: [login("alertmanager")],
  });
  const flag = (name: string) =>
    spec.command.find((one) => one.startsWith(`--${name}=`))?.slice(name.length + 3) ?? "";

  it("listens where its pages and its mail are dialled, each on its own address", () => {
    assert.equal(flag("listen"), "10.89.0.2:8025");
    assert.equal(flag("smtp"), "10.89.0.18:1025");
    assert.ok(spec.ready.command.includes("--listen=10.89.0.2:8025"));
  });

  it("takes mail over TLS with a login only, and shows it to the gateway only", async () => {
    assert.ok(spec.command.includes("--smtp-require-starttls"));
    assert.ok(!spec.command.some((one) => /insecure|accept-any|relay|forward/.test(one)));
    for (const [file, name] of [
      ["smtp-auth-file", "alertmanager"],
      ["ui-auth-file", "gateway"],
    ] as const) {
      const { text, secret } = await open(spec.files?.[flag(file) as `/etc/semblance/${string}`] ?? "");
      assert.equal(text, `${name}:$2a$10$${secretText(`hash-${name}`)}\n`);
      assert.ok(secret);
    }
    for (const of of ["ui-tls-cert", "ui-tls-key", "smtp-tls-cert", "smtp-tls-key"]) {
      assert.ok(flag(of) in (spec.files ?? {}), of);
    }
  });

  it("asks nobody for a newer version, and keeps no secret in its command line", () => {
    assert.ok(spec.command.includes("--disable-version-check"));
    assert.ok(!String([...spec.command, ...spec.ready.command]).includes(CANARY));
  });
});
