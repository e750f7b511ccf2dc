import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseSettings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { environment } from "../../toolchain/commands/environment";
import { planned, type Wish } from "../../toolchain/commands/environment/plan";
import { collisions, freePorts, freeRange } from "../../toolchain/commands/environment/room";
import { SETTINGS } from "../../toolchain/commands/environment/render";
import { judged, type KnownStack } from "../../toolchain/commands/environment/stacks";
import { readWords, requestOf } from "../../toolchain/commands/environment/words";
import { silent } from "../../toolchain/progress";
import { styleOf } from "../../toolchain/terminal";

const settings = (values: unknown = {}) => parseSettings(values, memberNames);
const stack = (name: string, values: object): KnownStack => {
  const file = { config: { [SETTINGS]: values } };
  return { name, file, ...judged(name, file) };
};
const AWS = {
  target: "aws",
  aws: { accountId: "210987654321", cluster: { administrators: ["arn:aws:iam::210987654321:role/a"] } },
};

describe("npm run environment: its words", () => {
  const read = (...argv: string[]) => requestOf(readWords(argv));
  const wish = { name: "lab", like: undefined, target: undefined, secretsProvider: undefined };

  it("ask for the list, a new stack, a check or new comments, with options anywhere", () => {
    assert.deepEqual([read(), read("list")], [{ do: "list" }, { do: "list" }]);
    assert.deepEqual(read("add", "lab"), { do: "add", wish });
    assert.deepEqual(read("--like", "prod", "add", "lab"), { do: "add", wish: { ...wish, like: "prod" } });
    assert.deepEqual(read("add", "--target=aws", "lab"), { do: "add", wish: { ...wish, target: "aws" } });
    assert.deepEqual(
      [read("check"), read("check", "lab")].map((one) => "name" in one && one.name),
      [undefined, "lab"],
    );
    assert.deepEqual(read("comment", "lab"), { do: "comment", name: "lab" });
  });

  for (const words of [
    ["add"],
    ["add", "a1", "b1"],
    ["comment"],
    ["rm", "lab"],
    ["check", "a1", "b1"],
    ["list", "x"],
  ])
    it(`are refused when they are "${words.join(" ")}"`, () => {
      assert.throws(() => read(...words), { name: "UserError", message: /allowed: list \| add NAME/ });
    });

  for (const name of ["Lab", "1lab", "lab-", "a", "la_b", "la.b", "a--b", "x".repeat(33), "../lab"])
    it(`refuse the name "${name}"`, () => {
      assert.throws(() => read("add", name), {
        name: "UserError",
        message: /^NAME: found ".*"; allowed: 2 to 32 lower-case/,
      });
    });

  it("refuse a target, a key service and an option that do not fit", () => {
    assert.throws(() => read("add", "lab", "--target", "azure"), {
      message: /--target: found "azure"; allowed: docker/,
    });
    assert.throws(() => read("add", "lab", "--secrets-provider", "x"), {
      message: /allowed: a URL with awskms/,
    });
    assert.throws(() => read("check", "--like", "dev"), { message: /--like goes with add/ });
  });
});

describe("room for another stack", () => {
  it("takes ports that no gateway of this machine has", () => {
    const other = settings({ edge: { httpsPort: 8543, httpPort: 8080 } });
    assert.deepEqual(freePorts([]), { bind: "127.0.0.1", httpsPort: 8443, httpPort: 8080 });
    assert.deepEqual(freePorts([other]), { bind: "127.0.0.1", httpsPort: 8643, httpPort: 8280 });
    assert.equal(freePorts([settings({ ...AWS, edge: { httpsPort: 8443 } })]).httpsPort, 8443);
  });

  it("takes the next range that overlaps with none", () => {
    assert.equal(freeRange("10.89.0.0/20", []), "10.89.0.0/20");
    assert.equal(freeRange("10.89.0.0/20", ["10.89.0.0/20", "10.89.16.0/22"]), "10.89.32.0/20");
    assert.equal(freeRange("10.89.0.0/20", ["10.88.0.0/15"]), "10.90.0.0/20");
    assert.throws(() => freeRange("10.64.0.0/16", ["10.0.0.0/8"]), { name: "UserError" });
  });

  it("names what two stacks on one machine share", () => {
    const [a, b] = [
      settings(),
      settings({ edge: { httpsPort: 9443, httpPort: 8443 }, subnets: "10.89.0.0/16" }),
    ];
    assert.deepEqual(
      collisions([
        { name: "a", settings: a },
        { name: "b", settings: b },
      ]),
      ["a and b share port 8443, subnets 10.89.0.0/20, domain semblance.localhost"],
    );
    assert.deepEqual(
      collisions([
        { name: "a", settings: a },
        { name: "p", settings: settings(AWS) },
      ]),
      [],
    );
  });
});

describe("the plan of a stack", () => {
  const dev = stack("dev", { target: "docker", profile: "full", edge: { bind: "10.0.0.1" } });
  const prod = stack("prod", {
    ...AWS,
    domain: "semblance.lab.org",
    aws: { ...AWS.aws, network: { nat: "per-zone" } },
  });
  const plan = (wish: Partial<Wish>, others: readonly KnownStack[] = [dev, prod]) =>
    planned({ name: "lab", like: undefined, target: undefined, secretsProvider: undefined, ...wish }, others);
  const values = (wish: Partial<Wish>, others?: readonly KnownStack[]) =>
    plan(wish, others).file.config?.[SETTINGS];

  it("has ports, subnets and a domain of its own beside its model's settings", () => {
    assert.deepEqual(values({ like: "dev" }), {
      target: "docker",
      profile: "full",
      edge: { bind: "10.0.0.1", httpsPort: 8543, httpPort: 8180 },
      domain: "semblance-lab.localhost",
      subnets: "10.89.16.0/20",
    });
  });

  it("has a network of its own in AWS, and a short name", () => {
    assert.deepEqual(values({ name: "integration", like: "prod" }), {
      target: "aws",
      domain: "semblance-integration.lab.org",
      aws: { ...AWS.aws, name: "sem", network: { nat: "per-zone", cidr: "10.65.0.0/16" } },
    });
    assert.throws(() => plan({ name: "a-long-name-for-it", target: "aws" }), {
      message: /allowed with target aws: at most 14 characters/,
    });
  });

  for (const target of ["docker", "kubernetes", "aws"] as const)
    it(`is valid for target ${target}, and says what somebody must put in`, () => {
      const { file, open } = plan({ target });
      assert.equal(judged("lab", file).problem, undefined);
      assert.equal(open.length, { docker: 0, kubernetes: 2, aws: 3 }[target], open.join());
    });

  it("carries no key, secret or salt of its model, and the key service that is asked for", () => {
    const model: KnownStack = {
      ...dev,
      file: { ...dev.file, encryptionsalt: "v1:a", secretsprovider: "awskms://a" },
    };
    model.file.config = { ...model.file.config, "semblance-curation:alertWebhookUrl": { secure: "v1:x" } };
    assert.deepEqual(Object.keys(plan({ like: "dev" }, [model]).file), ["config"]);
    assert.deepEqual(Object.keys(plan({ like: "dev" }, [model]).file.config ?? {}), [SETTINGS]);
    assert.equal(plan({ secretsProvider: "awskms:///alias/x" }).file.secretsprovider, "awskms:///alias/x");
  });

  it("refuses a model that is not there, has errors, or runs elsewhere", () => {
    const broken = stack("broken", { profil: "core" });
    assert.throws(() => plan({ like: "no" }), {
      message: /found "no", which has no file; allowed: dev, prod/,
    });
    assert.throws(() => plan({ like: "broken" }, [dev, broken]), {
      message: /has errors; allowed: dev\n {2}fix: .*check broken/,
    });
    assert.throws(() => plan({ like: "prod", target: "docker" }), {
      message: /target aws, and --target says docker/,
    });
  });
});

describe("npm run environment", () => {
  let root = "";
  const said: string[] = [];
  const run = async (...argv: string[]): Promise<number> => {
    said.length = 0;
    const style = styleOf({ colors: false });
    return environment.run(environment.read(argv), {
      root,
      style,
      progress: silent,
      print: (text) => void said.push(text),
    });
  };
  const file = (name: string) => join(root, `Pulumi.${name}.yaml`);

  before(async () => {
    root = await mkdtemp(join(tmpdir(), "semblance-environment-"));
    await writeFile(join(root, "Pulumi.yaml"), "name: semblance-curation\nruntime: nodejs\n");
    await writeFile(file("dev"), `config:\n  ${SETTINGS}: {target: docker}\nencryptionsalt: v1:abc\n`);
  });
  after(() => rm(root, { recursive: true }));

  it("adds a stack that is valid, and says what to do next", async () => {
    assert.equal(await run("add", "lab", "--like", "dev"), 0);
    assert.match(
      said.join("\n"),
      /https:\/\/semblance-lab\.localhost:8543, subnets 10\.89\.16\.0\/20, secrets by passphrase/,
    );
    assert.match(
      said.join("\n"),
      /next:\n {2}npm run preview -- --stack lab\n {2}npm run up -- --stack lab$/,
    );
    assert.doesNotMatch(await readFile(file("lab"), "utf8"), /encryptionsalt/);
    assert.equal(await run("check"), 0);
    assert.deepEqual(said, ["Pulumi.dev.yaml: valid", "Pulumi.lab.yaml: valid"]);
  });

  it("overwrites nothing", async () => {
    await assert.rejects(run("add", "lab"), { message: /^Pulumi\.lab\.yaml is there already/ });
  });

  it("renews comments, and leaves what is set and the keys as they are", async () => {
    assert.equal(await run("comment", "dev"), 0);
    const first = await readFile(file("dev"), "utf8");
    assert.match(first, /^encryptionsalt: v1:abc$/m);
    assert.match(first, /^ {4}# edge:\n {4}# {3}bind: 127\.0\.0\.1 {2}# Address of the host/m);
    await run("comment", "dev");
    assert.equal(await readFile(file("dev"), "utf8"), first);
  });

  it("lists the stacks, and where their state lies", async () => {
    assert.equal(await run("list"), 0);
    assert.match(
      said.join("\n"),
      /^lab +docker +core +https:\/\/semblance-lab\.localhost:8543 +10\.89\.16\.0\/20 +as dev +passphrase/m,
    );
    assert.match(said.at(-1) ?? "", /^state: /);
  });

  it("tells every mistake in a file, and ends with 1", async () => {
    await writeFile(file("bad"), `config:\n  ${SETTINGS}: {profil: core, edge: {httpsPort: 0}}\n`);
    assert.equal(await run("check", "bad"), 1);
    assert.match(said.join("\n"), /edge\.httpsPort: found 0[\s\S]*profil: unknown key/);
    await assert.rejects(run("check", "nobody"), {
      message: /^Pulumi\.nobody\.yaml: not found; allowed: bad, dev, lab/,
    });
  });
});
