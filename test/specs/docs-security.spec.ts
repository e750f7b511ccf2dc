import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { AnyConnection } from "../../components/core/connection";
import { arrowName, arrows, memberNames } from "../../components/topology";
import { isCurrent, type Proof, proofOf, securityFile } from "../../toolchain/docs/security";
import { CANARY, type Registered } from "../support/mocks";
import { type RecordedProgram, recordedProgram } from "../support/recorded-program";

/** A line of the page's table of secrets. */
interface Row {
  /** As in `secrets-redis-<client>`. */
  readonly name: string;
  readonly pattern: RegExp;
  /** Who has it as it is: a member's name, or `<client>`. */
  readonly holders: readonly string[];
}

const page = readFileSync(securityFile, "utf8");
const rows = [...page.matchAll(/^\| `(\S+)` +\|[^|]*\|([^|]*)\|/gm)]
  .map(([, name = "", held = ""]): Row => {
    const member = `(${memberNames.join("|")}|annotator|scientist|operator)`;
    const source = name.replace("<client>", member).replace("<server>", `(?:${memberNames.join("|")})`);
    const holders = [...held.matchAll(/`([^`]+)`/g)].map(([, one = ""]) => one);
    return { name, pattern: new RegExp(`^${source}$`), holders };
  })
  .filter(({ name }) => /^(secrets|authority)-/.test(name));

const isSecret = ({ type }: Registered): boolean => /:(RandomPassword|RandomBytes|PrivateKey)$/.test(type);

/** A text, and what it says in base64. A bcrypt hash of a secret is not the secret. */
function readings(text: string): readonly string[] {
  const plain = text.replaceAll(/\$2a\$10\$\w+/g, "").replaceAll("Basic%20", " ");
  const words = [...plain.matchAll(/[\w+/-]{24,}={0,2}/g)];
  return [plain, ...words.map(([word]) => Buffer.from(word, "base64").toString("latin1"))];
}

/** All that the workloads are told, by member; only what the mocks made up as a secret. */
const told = ({ workloads }: RecordedProgram): readonly (readonly [member: string, text: string])[] =>
  workloads.flatMap(({ member, env, files }) =>
    [...env.values(), ...files.values()]
      .flatMap(({ text }) => readings(text))
      .filter((text) => text.includes(CANARY))
      .map((text) => [member, text] as const),
  );

/** What a secret of this name says, as the mocks make it up. */
const madeUp = (name: string): string =>
  `${CANARY}${createHash("sha256").update(name).digest("hex").slice(0, 26)}`;

describe("the page about security", () => {
  let program: RecordedProgram;

  before(async function () {
    // The whole program, under mocks.
    this.timeout(120_000);
    program = await recordedProgram({ profile: "full", development: true });
  });

  it("has the tables that the topology gives; npx tsx toolchain/docs/security.ts writes them", () => {
    assert.ok(isCurrent(), "docs/security.md is stale: run npx tsx toolchain/docs/security.ts");
  });

  it("says of every arrow what the program's caller really shows", () => {
    const scraped = scrapeProofs(program);
    for (const arrow of arrows) {
      const name = arrowName(arrow);
      const uses = program.workloads
        .filter(({ member }) => member === arrow.from)
        .flatMap((workload) => workload.uses)
        .find(({ server, port }) => server === arrow.to && port === arrow.port);
      const shown =
        (arrow.from === "prometheus" && scraped.get(arrow.to)) || proofIn(uses ?? assert.fail(name));
      const said = proofOf(arrow);
      // What the caller has beside the connection: the token lies in a file of its own.
      if (name === "jupyter--label-studio--https") {
        const [jupyter] = program.workloads.filter(({ member }) => member === "jupyter");
        assert.ok(jupyter?.files.has("/etc/semblance/secrets/label-studio-api-key"));
      } else {
        assert.equal(said === "visitor" ? "nobody" : said, shown, name);
      }
    }
  });

  it("names every secret that the program generates, and none that it does not", () => {
    const names = program.resources.filter(isSecret).map(({ name }) => name);
    for (const name of names)
      assert.ok(
        rows.some(({ pattern }) => pattern.test(name)),
        `docs/security.md has no line for ${name}`,
      );
    for (const { name, pattern } of rows)
      assert.ok(
        names.some((one) => pattern.test(one)),
        `${name} is no secret of the program`,
      );
  });

  it("says who holds each of them as it is, and forgets nobody", () => {
    const seen = new Map<Row, Set<string>>(rows.map((row) => [row, new Set()]));
    const texts = told(program);
    for (const { name } of program.resources.filter(isSecret)) {
      const row = rows.find(({ pattern }) => pattern.test(name)) ?? assert.fail(name);
      const client = row.pattern.exec(name)?.[1] ?? "";
      for (const [member] of texts.filter(([, text]) => text.includes(madeUp(name)))) {
        const said = row.holders.find(
          (one) => one === member || (one === "<client>" && actsFor(member, client)),
        );
        seen.get(row)?.add(said ?? assert.fail(`${name}: ${member} holds it, and the page does not say so`));
      }
    }
    for (const [{ name, holders }, found] of seen)
      assert.deepEqual([...found].sort(), [...holders].sort(), `${name}: who holds it`);
  });
});

/** Whether a member is a client or one of its parts: its worker, its set-up. */
const actsFor = (member: string, client: string): boolean =>
  [client, `${client}-worker`, `${client}-setup`].includes(member);

/** What a connection holds that shows who the caller is. */
function proofIn(connection: AnyConnection): Proof {
  if ("identity" in connection) return "certificate";
  if ("bucket" in connection) return "keys";
  if ("token" in connection) return "token";
  if ("login" in connection && connection.login !== undefined)
    return connection.server === "minio" ? "keys" : "password";
  return "nobody";
}

/** What Prometheus shows to each target, out of its own configuration. */
function scrapeProofs({ workloads }: RecordedProgram): ReadonlyMap<string, Proof> {
  const [prometheus] = workloads.filter(({ member }) => member === "prometheus");
  const text = prometheus?.files.get("/etc/semblance/prometheus.yml")?.text ?? "{}";
  const { scrape_configs: jobs } = JSON.parse(text) as {
    scrape_configs: readonly { readonly job_name: string; readonly [key: string]: unknown }[];
  };
  return new Map(
    jobs.map((job) => [
      job.job_name,
      "basic_auth" in job ? "password" : "authorization" in job ? "token" : "certificate",
    ]),
  );
}
