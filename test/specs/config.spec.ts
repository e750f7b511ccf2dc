import assert from "node:assert/strict";
import { parseSettings, settingsSchema } from "../../components/config/schema";
import { problems, SERVICES, set, unset } from "../support/config-problems";

const ALL = Object.keys(settingsSchema.shape).join(", ");
const HOST = "a host name of two labels or more in lower case, such as semblance.localhost";
const CIDR = "an IPv4 range in CIDR notation whose host bits are 0, such as 10.89.0.0/20";

/** What is wrong, and the whole line that tells it. */
const single: readonly (readonly [title: string, found: unknown, line: string])[] = [
  ["an unknown key", { edgee: {} }, `edgee: unknown key; allowed here: ${ALL}; fix: ${unset("edgee")}`],
  [
    "an unknown key further in",
    { edge: { httpPorts: 1 } },
    `edge.httpPorts: unknown key; allowed here: bind, httpsPort, httpPort; fix: ${unset("edge.httpPorts")}`,
  ],
  [
    "an unknown key beside an optional one",
    { images: { mirrorr: "x" } },
    `images.mirrorr: unknown key; allowed here: mirror, registry, digests, source; fix: ${unset("images.mirrorr")}`,
  ],
  [
    "a misspelt profile",
    { profile: "cor" },
    `profile: found "cor"; allowed: core | full; fix: ${set("profile", "core")}`,
  ],
  [
    "a domain in capitals",
    { domain: "Lab.Example" },
    `domain: found "Lab.Example"; allowed: ${HOST}; fix: ${set("domain", "semblance.localhost")}`,
  ],
  [
    "a domain of one label",
    { domain: "localhost" },
    `domain: found "localhost"; allowed: ${HOST}; fix: ${set("domain", "semblance.localhost")}`,
  ],
  [
    "a domain that is a number",
    { domain: 5 },
    `domain: found 5; allowed: a value of type string; fix: ${set("domain", "semblance.localhost")}`,
  ],
  [
    "a range that is too small",
    { subnets: "10.89.0.0/24" },
    `subnets: found "10.89.0.0/24"; allowed: a range of /22 or larger: each arrow of the topology takes a /29 out of it; fix: ${set("subnets", "10.89.0.0/20")}`,
  ],
  [
    "a range that is too large",
    { subnets: "0.0.0.0/0" },
    `subnets: found "0.0.0.0/0"; allowed: a range of /8 or smaller; fix: ${set("subnets", "10.89.0.0/20")}`,
  ],
  [
    "a range with host bits",
    { subnets: "10.89.0.1/20" },
    `subnets: found "10.89.0.1/20"; allowed: ${CIDR}; fix: ${set("subnets", "10.89.0.0/20")}`,
  ],
  [
    "a port out of range",
    { edge: { httpsPort: 99999 } },
    `edge.httpsPort: found 99999; allowed: at most 65535; fix: ${set("edge.httpsPort", "8443")}`,
  ],
  [
    "an address that is none",
    { edge: { bind: "localhost" } },
    `edge.bind: found "localhost"; allowed: a valid IPv4 address; fix: ${set("edge.bind", "127.0.0.1")}`,
  ],
  [
    "an e-mail address that is none",
    { labelStudio: { adminEmail: "nobody" } },
    `labelStudio.adminEmail: found "nobody"; allowed: a valid email address; fix: ${set("labelStudio.adminEmail", "admin@semblance.local")}`,
  ],
  [
    "a retention that is no whole number",
    { prometheus: { retentionDays: 0.5 } },
    `prometheus.retentionDays: found 0.5; allowed: a value of type int; fix: ${set("prometheus.retentionDays", "15")}`,
  ],
  [
    "debug logs where real data may be",
    { debug: ["loki"] },
    `debug: found ["loki"]; allowed: an empty list where development is not true: debug logs may hold what people typed; fix: ${unset("debug")}`,
  ],
  [
    "an unknown service",
    { memoryMiB: { postgress: 512 } },
    `memoryMiB.postgress: unknown service; allowed: postgres, redis; fix: ${unset("memoryMiB.postgress")}`,
  ],
];

describe("configuration", () => {
  it("is complete when nothing is set", () => {
    for (const nothing of [undefined, null, {}]) {
      const settings = parseSettings(nothing, SERVICES);
      assert.equal(settings.profile, "core");
      assert.equal(settings.edge.bind, "127.0.0.1");
      assert.equal(settings.subnets, "10.89.0.0/20");
    }
  });

  it("keeps what is set", () => {
    const found = { domain: "lab.example", edge: { httpsPort: 443 }, memoryMiB: { redis: 64 } };
    const { domain, edge, memoryMiB } = parseSettings(found, SERVICES);
    assert.deepEqual(
      { domain, edge, memoryMiB },
      {
        domain: "lab.example",
        edge: { bind: "127.0.0.1", httpsPort: 443, httpPort: 8080 },
        memoryMiB: { redis: 64 },
      },
    );
  });

  for (const [title, found, line] of single) {
    it(`tells ${title}: key, found, allowed, command`, () => assert.deepEqual(problems(found), [line]));
  }

  it("refuses impossible memory", () => {
    const [tooSmall = ""] = problems({ memoryMiB: { postgres: 1 } });
    assert.match(tooSmall, /^memoryMiB\.postgres: found 1; allowed: at least 32; fix: /);
    const [tooLarge = ""] = problems({ memoryMiB: { postgres: 2 ** 40 } });
    assert.match(tooLarge, /^memoryMiB\.postgres: found 1099511627776; allowed: at most 1048576; fix: /);
    const [text = ""] = problems({ memoryMiB: { postgres: "512m" } });
    assert.match(text, /^memoryMiB\.postgres: found "512m"; allowed: a value of type number; fix: /);
  });

  it("refuses one port for both protocols", () => {
    const [line = ""] = problems({ edge: { httpsPort: 8080 } });
    assert.match(line, /^edge\.httpPort: found 8080; allowed: a port other than edge\.httpsPort; fix: /);
  });

  it("refuses what this version does not have yet", () => {
    assert.match(
      problems({ alerts: { receiver: "email" } })[0] ?? "",
      /^alerts\.receiver: found "email"; allowed: none \| webhook/,
    );
  });

  it("tells all problems at once, of whatever kind", () => {
    const found = {
      target: "kubernetes",
      profile: "cor",
      domain: "X",
      colour: "red",
      edge: { httpsPort: 8080, httpPort: 8080, bindd: "" },
      memoryMiB: { postgress: 512, redis: 1 },
    };
    const keys = problems(found).map((line) => line.slice(0, line.indexOf(":")));
    assert.deepEqual(keys.sort(), [
      "colour",
      "domain",
      "edge.bindd",
      "edge.httpPort",
      "images.registry",
      "memoryMiB.postgress",
      "memoryMiB.redis",
      "profile",
    ]);
  });
});

describe("the commands in configuration messages", () => {
  const wrong: unknown[] = [
    ...single.map(([, found]) => found),
    "text",
    [],
    { edge: "text" },
    { labelStudio: null },
    { edge: { httpsPort: 8080 } },
    { memoryMiB: { postgres: 1 } },
    { images: { mirror: "https://registry.example" } },
    { target: "kubernetes", profile: "full" },
    {
      target: "aws",
      ollama: { gpu: "nvidia", gpuCount: 2 },
      jupyter: { gpu: "nvidia", gpuCount: 3 },
      kubernetes: { gpuSharing: { strategy: "mps", replicas: 4 } },
      aws: { managed: { postgres: true } },
      backups: { everyHours: 6, keep: 3 },
    },
  ];
  for (const found of wrong) {
    it(`mend ${JSON.stringify(found)}`, () => {
      const mended = problems(found).reduce(carryOut, found);
      assert.deepEqual(problems(mended), [], `after the commands: ${JSON.stringify(mended)}`);
    });
  }
});

/** Does to the object what the command at the end of the line does to the stack file. */
function carryOut(settings: unknown, line: string): unknown {
  const command = /; fix: pulumi config (set|rm) --path 'settings(?:\.([^']+))?'(?: (\S+))?$/.exec(line);
  assert.ok(command, `no command that can be run as it stands: ${line}`);
  const [, verb, path, text] = command;
  if (path === undefined) return undefined;
  return change(settings, path.split(/\.|(?=\[)/), verb === "rm" ? undefined : typed(text ?? ""));
}

/** `pulumi config set --path` stores whole numbers as numbers. */
const typed = (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text);

function change(node: unknown, [key = "", ...rest]: readonly string[], value: unknown): unknown {
  const index = /^\[(\d+)\]$/.exec(key)?.[1];
  if (index !== undefined) {
    const items: readonly unknown[] = Array.isArray(node) ? node : [];
    return Object.assign([...items], { [index]: change(items[Number(index)], rest, value) });
  }
  const entries = typeof node === "object" && node !== null ? Object.entries(node) : [];
  const changed = rest.length === 0 ? value : change(Object.fromEntries(entries)[key], rest, value);
  const others = entries.filter(([other]) => other !== key);
  return Object.fromEntries(changed === undefined ? others : [...others, [key, changed]]);
}
