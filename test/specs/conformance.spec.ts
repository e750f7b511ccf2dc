import assert from "node:assert/strict";
import { FILES } from "../../components/core/workload";
import { imageNames } from "../../components/images";
import { imagesOf } from "../../components/member-images";
import { startLimitSeconds } from "../../components/platforms/docker/container";
import {
  arrows,
  arrowName,
  arrowsFrom,
  arrowsTo,
  edge,
  memberNames,
  members,
  type ServiceName,
} from "../../components/topology";
import { type RecordedProgram, recordedProgram, type Workload } from "../support/recorded-program";
import { CANARY } from "../support/mocks";
import { checkScript } from "../support/shell";

/** The program with every member that there is. */
let core: RecordedProgram;

/** What the program runs as this member: one server, or some jobs. */
const workloadsOf = (member: ServiceName): readonly Workload[] =>
  core.workloads.filter((workload) => workload.member === member);

/** The command lines of a workload as one text. */
const commandLines = ({ spec, server }: Workload): string =>
  JSON.stringify([spec.command, server?.ready.command]);

/** The names on the certificates whose keys a workload holds. */
function certifiedNames(workload: Workload | undefined): string[] {
  const texts = new Set([...(workload?.files.values() ?? [])].map(({ text }) => text));
  return core.resources
    .filter(({ type, inputs }) => type.endsWith(":CertRequest") && texts.has(String(inputs["privateKeyPem"])))
    .flatMap(({ inputs: { dnsNames } }) => (Array.isArray(dnsNames) ? dnsNames.map(String) : []));
}

/** Folders below which other things are mounted must not hide each other. */
const covers = (outer: string, inner: string): boolean => inner === outer || inner.startsWith(`${outer}/`);

/** What holds for every server and every job. */
const rules: Readonly<Record<string, (workload: Workload) => void>> = {
  "runs the image that images.ts names for it": ({ member, spec }) => {
    assert.ok(imageNames.includes(spec.image), spec.image);
    assert.ok(imagesOf([member]).includes(spec.image), `${spec.image} for ${member}`);
  },

  "is not root, unless it looks at root's files, and then without any capability": ({ spec, server }) => {
    const { user } = spec;
    if ((server?.views ?? []).length > 0) assert.deepEqual(server?.capabilities ?? [], []);
    else assert.ok(user.uid > 0 && user.gid > 0, JSON.stringify(user));
  },

  "has limits that a laptop can bear": ({ spec: { resources } }) => {
    assert.ok(resources.cpu > 0 && resources.cpu <= 4);
    assert.ok(resources.memoryMiB >= 32 && resources.memoryMiB <= 2048);
  },

  "has its secrets in files: none in the environment, none in a command line": (workload) => {
    for (const [name, { text, secret }] of workload.env) assert.ok(!secret && !text.includes(CANARY), name);
    assert.ok(!commandLines(workload).includes(CANARY));
  },

  "has no secret in a file that is not marked as one": ({ files }) => {
    for (const [path, { text, secret }] of files) assert.ok(secret || !text.includes(CANARY), path);
  },

  "has every file that it names": (workload) => {
    const paths = [...workload.files.keys()];
    const scripts = [...workload.files].filter(([path]) => path.endsWith(".sh")).map(([, { text }]) => text);
    const said = [
      commandLines(workload),
      ...[...workload.env.values()].map(({ text }) => text),
      ...scripts,
    ].join("\n");
    for (const [named] of said.matchAll(/\/etc\/semblance(\/[\w.-]+)+/g)) {
      assert.ok(
        paths.some((path) => covers(named, path)),
        named,
      );
    }
  },

  "has its files below the folder of files, none in the way of another": ({ files, spec, server }) => {
    const paths = [...files.keys()];
    for (const path of paths) {
      assert.ok(path.startsWith(`${FILES}/`) && !path.includes(".."), path);
      assert.ok(!paths.some((other) => other !== path && covers(path, other)), `${path} is a folder too`);
    }
    const mounts = [
      FILES,
      ...(spec.writable ?? []),
      ...Object.values(server?.volumes ?? {}).map((v) => v.mountPath),
    ];
    for (const [i, mount] of mounts.entries()) {
      assert.match(mount, /^(\/[\w.-]+)+$/);
      assert.ok(!mounts.some((other, j) => i !== j && covers(mount, other)), `${mount} hides another`);
    }
  },

  "has scripts that a shell can read": ({ files }) => {
    for (const [path, { text }] of files) if (path.endsWith(".sh")) checkScript(text);
  },

  "uses connections that have an arrow": ({ member, uses }) => {
    for (const { server, port } of uses) {
      const drawn = arrowsFrom(member).some((arrow) => arrow.to === server && arrow.port === port);
      assert.ok(drawn, `${member} → ${server}:${port}`);
    }
  },

  "dials a server at a port that it has, by a name that its certificate carries": ({ uses }) => {
    for (const { server, port, address } of uses) {
      const [target] = workloadsOf(server);
      assert.equal(target?.server?.ports[port]?.number, address.port, `${server}:${port}`);
      const names = certifiedNames(target);
      assert.ok(
        names.some((name) => name === address.host),
        `${server} is certified as ${names.join(", ")}, not as ${String(address.host)}`,
      );
    }
  },

  "trusts the stack's authority where it dials anybody": ({ uses, files }) => {
    if (uses.length === 0) return;
    assert.ok([...files.keys()].some((path) => path.endsWith("ca.crt")));
  },
};

/** What holds for every server besides. */
const serverRules: Readonly<
  Record<string, (workload: Workload, spec: NonNullable<Workload["server"]>) => void>
> = {
  "tells when it is ready, in five minutes at most": (_, { ready }) => {
    assert.ok(ready.command.length > 0);
    assert.ok(ready.timeoutSeconds > 0 && ready.intervalSeconds > 0 && ready.failures > 0);
    assert.ok(startLimitSeconds(ready) <= 300, `${startLimitSeconds(ready)} s`);
  },

  "has every port that an arrow names, and no other": ({ member }, { ports }) => {
    const named = new Set(arrowsTo(member).map((arrow) => arrow.port));
    if (member === edge.service) for (const port of edge.ports) named.add(port);
    assert.deepEqual(Object.keys(ports).sort(), [...named].sort());
    const numbers = Object.values(ports).map(({ number }) => number);
    assert.equal(new Set(numbers).size, numbers.length);
    assert.ok(
      numbers.every((number) => number > 1024 && number < 65536),
      "a port that needs no privilege",
    );
  },

  "has a certificate for its own name where anybody dials it, and its key as a secret": (workload) => {
    if (arrowsTo(workload.member).length === 0) return;
    assert.ok(certifiedNames(workload).includes(workload.member));
    const texts = [...workload.files.values()];
    assert.ok(texts.some(({ text, secret }) => !secret && text.includes("BEGIN CERTIFICATE")));
    assert.ok(texts.every(({ text, secret }) => secret || !/BEGIN [A-Z ]*PRIVATE KEY-----\n/.test(text)));
  },

  "says what becomes of its data": (_, { volumes }) => {
    for (const { onDown, sizeGiB } of Object.values(volumes ?? {})) {
      assert.ok(["keep", "delete"].includes(onDown));
      assert.ok(sizeGiB > 0);
    }
  },

  "opens a port of the host only at the edge": ({ member }, { publish }) => {
    const published = (publish ?? []).map(({ port }) => port).sort();
    assert.deepEqual(published, member === edge.service ? [...edge.ports].sort() : []);
    for (const { bind } of publish ?? []) assert.equal(bind, "127.0.0.1", "unless somebody says otherwise");
  },

  "goes by names that DNS knows and its certificate carries": (workload, { aliases }) => {
    const certified = certifiedNames(workload);
    for (const alias of aliases ?? []) {
      assert.match(alias, /^[a-z0-9-]+(\.[a-z0-9-]+)*$/);
      assert.ok(certified.includes(alias), `${alias} among ${certified.join(", ")}`);
    }
  },
};

describe("conformance", () => {
  before(async () => {
    core = await recordedProgram({ profile: "full", development: true });
  });

  for (const member of memberNames) {
    const isServer = members[member].kind === "server";
    describe(`${member}, as every ${isServer ? "server" : "job"}`, () => {
      it("runs", () => {
        const count = workloadsOf(member).length;
        assert.ok(
          isServer ? count === 1 : count > 0,
          `${member} is drawn in topology/arrows.ts, and assembly.ts does not run it`,
        );
      });

      for (const [title, rule] of Object.entries(rules)) {
        it(title, () => workloadsOf(member).forEach((workload) => rule(workload)));
      }
      if (!isServer) return;
      for (const [title, rule] of Object.entries(serverRules)) {
        it(title, () => {
          for (const workload of workloadsOf(member)) rule(workload, workload.server ?? assert.fail("a job"));
        });
      }
    });
  }

  describe("the wiring", () => {
    it("uses every arrow that is drawn", () => {
      const used = new Set(
        core.workloads.flatMap(({ member, uses }) =>
          uses.map(({ server, port }) => `${member}--${server}--${port}`),
        ),
      );
      const unused = arrows.map(arrowName).filter((name) => !used.has(name));
      assert.deepEqual(unused, [], "drawn in topology/arrows.ts, used by nobody");
    });

    it("gives a private key to one workload and to nobody else", () => {
      const holders = new Map<string, string[]>();
      for (const { name, files } of core.workloads) {
        for (const { text } of files.values()) {
          if (text.includes("PRIVATE KEY-----\n"))
            holders.set(text, [...new Set([...(holders.get(text) ?? []), name])]);
        }
      }
      assert.ok(holders.size > 0);
      for (const names of holders.values()) assert.equal(names.length, 1, names.join(", "));
    });

    it("keeps the authority's key out of every workload", () => {
      const issuer = core.resources.find(({ type }) => type.endsWith("SelfSignedCert"));
      const key = String(issuer?.inputs["privateKeyPem"]);
      assert.match(key, /PRIVATE KEY/);
      for (const { name, files } of core.workloads) {
        for (const [path, { text }] of files) assert.ok(!text.includes(key), `${name}: ${path}`);
      }
    });

    it("names jobs once each", () => {
      const names = core.workloads.map(({ name }) => name);
      assert.equal(new Set(names).size, names.length);
    });
  });
});
