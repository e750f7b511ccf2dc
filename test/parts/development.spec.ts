import assert from "node:assert/strict";
import { mailpitSpec } from "../../components/services/development/mailpit";
import { pgwebSpec } from "../../components/services/development/pgweb";
import { postgresSpec } from "../../components/services/postgres";
import { type Answer, ask } from "../support/ask";
import { docker, executeOk } from "../support/engine";
import { connection, secretText } from "../support/samples";
import { leafOf, login, opens } from "../engine/gateway-bench";
import { ThrowAwayAuthority } from "../engine/gateway-pki";
import { Bench } from "./server-bench";
import { SUBNETS } from "./subnets";

const SUBNET = {
  pgweb: SUBNETS.pgweb,
  postgres: SUBNETS.pgwebPostgres,
  pages: SUBNETS.mailpitPages,
  mail: SUBNETS.mailpitMail,
} as const;
const pki = new ThrowAwayAuthority();
const trust = { caCertificate: pki.ca };
const known = (name: string) => login(name, secretText(name));

/** One question over TLS to the server whose certificate says `name`, as the gateway where a password is given. */
const askAs = (
  name: string,
  url: string,
  password?: string,
  form?: Readonly<Record<string, string>>,
): Promise<Answer> =>
  ask({
    url,
    name,
    ca: pki.ca,
    ...(password === undefined ? {} : { login: `gateway:${password}` }),
    ...(form === undefined ? {} : { form }),
  });

describe("pgweb on the real server", function () {
  this.timeout(60_000);
  const postgres = new Bench("t-development-postgres", [SUBNET.postgres]);
  const pgweb = new Bench("t-development-pgweb", [SUBNET.pgweb]);
  const reader = known("reader");
  const web = (path: string, as?: string, form?: Record<string, string>) =>
    askAs("pgweb", `https://${SUBNET.pgweb}.2:8443${path}`, as, form);
  const query = async (sql: string) => web("/api/query", secretText("gateway"), { query: sql });

  before(async () => {
    await postgres.open();
    await pgweb.open();
    const superuserPassword = known("postgres").password;
    await postgres.start(postgresSpec({ leaf: leafOf(pki.issue("postgres")), trust, superuserPassword }));
    for (const sql of [
      `CREATE ROLE reader LOGIN PASSWORD '${secretText("reader")}'`,
      "GRANT pg_read_all_data TO reader",
      "CREATE TABLE cats AS SELECT 'Tom' AS name",
      "CREATE DATABASE other",
    ]) {
      await executeOk(postgres.container.id, ["psql", "--host=/run/postgresql", "--command", sql]);
    }
    // In pgweb's own network, in which it finds the server.
    await docker.getNetwork(pgweb.network).connect({
      Container: postgres.container.id,
      EndpointConfig: { Aliases: ["postgres"], IPAMConfig: { IPv4Address: `${SUBNET.pgweb}.3` } },
    });
    const from = { ...connection("postgres", "sql", 5432), trust, database: "postgres", login: reader };
    await pgweb.start(
      pgwebSpec({
        leaf: leafOf(pki.issue("pgweb")),
        listen: [`${SUBNET.pgweb}.2`],
        postgres: from,
        reader: known("gateway"),
      }),
    );
  });
  after(async () => {
    // The server first: it stands in the network of the other.
    await postgres.close();
    await pgweb.close();
  });

  it("lets in the gateway alone", async () => {
    assert.equal((await web("/")).status, 401);
    assert.equal((await web("/api/databases", "guess")).status, 401);
    assert.match((await web("/", secretText("gateway"))).body, /<title>pgweb<\/title>/i);
    assert.equal(await opens(`${SUBNET.pgweb}.2`, 8081), false);
  });

  it("reads tables, of every database", async () => {
    const { status, body } = await query("SELECT name FROM cats");
    assert.equal(status, 200, body);
    assert.deepEqual((JSON.parse(body) as { rows: unknown }).rows, [["Tom"]]);
    assert.match((await web("/api/databases", secretText("gateway"))).body, /"other"/);
    const switched = await web("/api/switchdb", secretText("gateway"), { db: "other" });
    assert.equal(switched.status, 200, switched.body);
    assert.match((await query("SELECT current_database()")).body, /"other"/);
  });

  it("writes nothing", async () => {
    for (const sql of ["CREATE TABLE dogs (name text)", "SELECT pg_sleep(0); DROP TABLE cats"]) {
      assert.equal((await query(sql)).status, 400, sql);
    }
  });
});

describe("Mailpit on the real server", function () {
  this.timeout(60_000);
  const bench = new Bench("t-development-mailpit", [SUBNET.pages, SUBNET.mail]);
  const pages = (path: string, as?: string) => askAs("mailpit", `https://${SUBNET.pages}.2:8025${path}`, as);
  /** Says to the server what the lines of Python say, of which `mail` is the connection. */
  const smtp = (...lines: readonly string[]) =>
    bench.job(
      "sender",
      {
        image: "label-studio",
        command: ["/opt/label-studio/bin/python", "/etc/semblance/mail.py"],
        files: {
          "/etc/semblance/ca.crt": pki.ca,
          "/etc/semblance/mail.py": [
            "import smtplib, ssl",
            'context = ssl.create_default_context(cafile="/etc/semblance/ca.crt")',
            'mail = smtplib.SMTP("mailpit", 1025, timeout=10)',
            ...lines,
          ].join("\n"),
        },
        user: { uid: 10003, gid: 10003 },
        resources: { cpu: 0.5, memoryMiB: 128 },
      },
      { mailpit: `${SUBNET.mail}.2` },
      1,
    );
  const SEND = 'mail.sendmail("alerts@semblance", ["me@semblance"], "Subject: disk is full\\n\\nsoon")';

  before(async () => {
    await bench.open();
    await bench.start(
      mailpitSpec({
        leaf: leafOf(pki.issue("mailpit")),
        trust,
        listen: { https: [`${SUBNET.pages}.2`], smtp: [`${SUBNET.mail}.2`] },
        reader: known("gateway"),
        senders: [known("alertmanager")],
      }),
    );
  });
  after(() => bench.close());

  it("takes mail over TLS from who has a login, and shows it to the gateway", async () => {
    const sent = await smtp(
      "mail.starttls(context=context)",
      `mail.login("alertmanager", "${secretText("alertmanager")}")`,
      SEND,
    );
    assert.equal(sent.code, 0, sent.said);
    assert.match((await pages("/api/v1/messages", secretText("gateway"))).body, /disk is full/);
    const page = await pages("/", secretText("gateway"));
    const script = /src="([^"]*app\.js[^"]*)"/.exec(page.body)?.[1] ?? assert.fail(page.body);
    assert.ok(
      (await pages(new URL(script, "https://x/").pathname, secretText("gateway"))).body.length > 100_000,
    );
    assert.equal((await pages("/api/v1/messages")).status, 401);
    assert.equal((await pages("/api/v1/messages", "guess")).status, 401);
  });

  it("takes none without TLS, without a login or with a wrong one", async () => {
    for (const lines of [
      [SEND],
      ["mail.starttls(context=context)", SEND],
      ["mail.starttls(context=context)", 'mail.login("alertmanager", "guess")', SEND],
      [`mail.login("alertmanager", "${secretText("alertmanager")}")`, SEND],
    ]) {
      const { code, said } = await smtp(...lines);
      assert.notEqual(code, 0, said);
      assert.match(said, /smtplib\.SMTP\w+/, said);
    }
  });

  it("is open on the addresses of its arrows, and nowhere else", async () => {
    assert.equal(await opens(`${SUBNET.pages}.2`, 1025), false);
    assert.equal(await opens(`${SUBNET.mail}.2`, 8025), false);
  });
});
