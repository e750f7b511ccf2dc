import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rules } from "../../policies/rules";
import { expectCode, project, pulumi, root, start } from "../support/stack";

/** What somebody else's project may be: nothing of it is ours. */
const program = (more: object): string => `
const docker = require("@pulumi/docker");
const network = new docker.Network("shop");
new docker.Container("db", ${JSON.stringify({ image: "postgres:18", command: ["postgres"], ...more })});
exports.network = network.name;
`;

describe("the packs that are written for other projects", function () {
  this.timeout(180_000);
  let folder: string;
  const shop = () => join(folder, "shop");
  const env = () => ({
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  });

  /** Plain Pulumi in the other project, as its people run it. */
  const inShop = (...args: readonly string[]) =>
    pulumi(["--cwd", shop(), ...args], { stack: "shop", env: env() });
  const preview = (...more: readonly string[]) =>
    inShop("preview", "--policy-pack", join(folder, "packs", "encryption"), ...more);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "semblance-packs-"));
    await mkdir(join(folder, "state"));
    await mkdir(shop());
    await symlink(join(root, "node_modules"), join(shop(), "node_modules"));
    await writeFile(join(shop(), "package.json"), JSON.stringify({ name: "shop", main: "index.js" }));
    await writeFile(
      join(shop(), "Pulumi.yaml"),
      "name: shop\nmain: index.js\nruntime: { name: nodejs, options: { typescript: false } }\n",
    );
    await writeFile(join(shop(), "index.js"), program({}));
    expectCode(0, await project("policies", ["--write", join(folder, "packs")]));
    const install = ["install", "--no-audit", "--no-fund"];
    expectCode(
      0,
      await start("npm", install, { cwd: join(folder, "packs", "encryption"), limitSeconds: 120 }).ended,
    );
    expectCode(0, await inShop("stack", "init"));
  });
  after(() => rm(folder, { recursive: true }));

  it("say what is in them", async () => {
    const readme = await readFile(join(folder, "packs", "encryption", "README.md"), "utf8");
    const said = rules.filter(({ name }) => readme.includes(`| ${name} |`));
    assert.deepEqual(
      said,
      rules.filter(({ group }) => group === "encryption"),
    );
  });

  it("refuse what breaks a rule of theirs, and nothing by a rule of another pack", async () => {
    const { output } = expectCode(1, await preview());
    assert.match(output, /semblance-encryption@v\d/);
    assert.match(output, /\[mandatory\].* eit-05-postgres-tls .*: db\)[\s\S]*Mend: /);
    const told = [...output.matchAll(/\[mandatory\].* ([a-z]+-\d\d-\S+) /g)].map(([, name = ""]) => name);
    assert.deepEqual([...new Set(told)], ["eit-05-postgres-tls"]);
  });

  it("warn where the project's own levels say so", async () => {
    const levels = join(shop(), "levels.json");
    await writeFile(levels, JSON.stringify({ all: "advisory" }));
    const { output } = expectCode(0, await preview("--policy-pack-config", levels));
    assert.match(output, /\[advisory\].* eit-05-postgres-tls /);
  });

  it("let pass what is mended", async () => {
    const command = ["postgres", "-c", "ssl=on", "-c", "ssl_cert_file=/tls/server.crt"];
    await writeFile(join(shop(), "index.js"), program({ command }));
    const { output } = expectCode(0, await preview());
    assert.doesNotMatch(output, /\[(mandatory|advisory)\]/);
  });
});
