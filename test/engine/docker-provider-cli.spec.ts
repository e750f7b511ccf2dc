import { doesNotMatch, equal, match } from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cachedCli, cliOnPath } from "../../toolchain/pulumi/cli";
import { ensureLauncher } from "../../toolchain/providers/build";
import { docker, IMAGE, importTinyImage, leftovers, PREFIX } from "./docker-provider-bench";

const ROOT = join(__dirname, "..", "..");
const SDK_VERSION = "5.2.0";
const SECRET = "correct-horse-battery";

/** As a user writes it, with the official SDK. */
const PROGRAM = `
const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");
const password = pulumi.secret("${SECRET}");
const image = new docker.RemoteImage("image", { name: "${IMAGE}", keepLocally: true });
const network = new docker.Network("net", { name: "${PREFIX}-net", internal: true, ipamConfigs: [{ subnet: "10.214.8.0/29" }] });
const volume = new docker.Volume("data", { name: "${PREFIX}-data" });
const web = new docker.Container("web", {
  name: "${PREFIX}-web", image: image.imageId, command: ["/bin/sleep", "600"], user: "1000", readOnly: true,
  envs: [pulumi.interpolate\`PASSWORD=\${password}\`, "LEVEL=" + (process.env.LEVEL ?? "1")],
  volumes: [{ containerPath: "/etc/app" }, { containerPath: "/data", volumeName: volume.name }],
  uploads: [{ file: "/etc/app/a.conf", content: password, permissions: "0444" }],
  networksAdvanced: [{ name: network.name, aliases: ["web", "www"] }],
  memory: 32, memorySwap: 32, restart: "unless-stopped", capabilities: { drops: ["ALL"] },
  healthcheck: { tests: ["CMD", "/bin/cat", "/etc/app/a.conf"], interval: "300ms" }, wait: true,
});
const job = new docker.Container("job", {
  name: "${PREFIX}-job", image: image.imageId, command: ["/bin/sh", "-c", "exit 3"], attach: true, mustRun: false,
}, { dependsOn: web });
exports.exitCode = job.exitCode;
exports.address = web.networkDatas.apply(([network]) => network.ipAddress);
`;

describe("the official Docker SDK on this project's provider, through Pulumi's own engine", function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), "docker-provider-"));
  let pulumi: (args: string, env?: Record<string, string>) => Promise<string>;

  before(async () => {
    const cli = (await cliOnPath()) ?? cachedCli();
    if (cli === undefined) throw new Error("no Pulumi CLI; run: npm run env");
    await importTinyImage();
    await install(folder);
    pulumi = runner(folder, cli.binary);
    await pulumi("stack init test");
  });

  after(async () => {
    await pulumi("destroy --yes --skip-preview");
    equal((await leftovers()).join(), "", "destroy leaves nothing");
    await docker.getImage(IMAGE).remove();
    rmSync(folder, { recursive: true });
  });

  it("previews without touching the engine", async () => {
    match(await pulumi("preview"), /\+ 6 to create/);
    equal((await leftovers()).join(), "");
  });

  it("brings everything up; a second up and a refresh change nothing", async () => {
    match(await pulumi("up --yes --skip-preview"), /exitCode: 3/);
    equal((await pulumi("stack output address")).trim(), "10.214.8.2");
    await pulumi("up --yes --skip-preview --expect-no-changes");
    await pulumi("refresh --yes --skip-preview --expect-no-changes");
  });

  it("keeps the secrets out of the state", async () => {
    doesNotMatch(await pulumi("stack export"), new RegExp(SECRET));
  });

  it("replaces the container whose environment changes, and only that", async () => {
    const told = await pulumi("up --yes --skip-preview --diff", { LEVEL: "2" });
    match(told, /\+-1 replaced\s+5 unchanged/);
    doesNotMatch(told, new RegExp(SECRET));
    match(JSON.stringify((await docker.getContainer(`${PREFIX}-web`).inspect()).Config.Env), /LEVEL=2/);
  });

  it("makes again what somebody removed", async () => {
    await docker.getContainer(`${PREFIX}-web`).remove({ force: true, v: true });
    match(await pulumi("up --yes --skip-preview --refresh", { LEVEL: "2" }), /\+ 1 created/);
    await pulumi("up --yes --skip-preview --expect-no-changes", { LEVEL: "2" });
  });
});

/** A project, and a Pulumi home that has the provider under test as its only plugin. */
async function install(folder: string): Promise<void> {
  const plugin = join(folder, "home", "plugins", `resource-docker-v${SDK_VERSION}`);
  await ensureLauncher({
    entry: join(ROOT, "toolchain", "providers", "docker", "main.ts"),
    folder: plugin,
    path: join(plugin, "pulumi-resource-docker"),
    constants: { PROVIDER_VERSION: SDK_VERSION },
  });
  const { version } = JSON.parse(
    readFileSync(join(ROOT, "node_modules/@pulumi/docker/package.json"), "utf8"),
  ) as {
    version: string;
  };
  equal(version, SDK_VERSION);
  mkdirSync(join(folder, "state"));
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), "{}");
  writeFileSync(join(folder, "index.js"), PROGRAM);
  const runtime = "runtime: { name: nodejs, options: { typescript: false } }";
  writeFileSync(join(folder, "Pulumi.yaml"), `name: docker-provider\nmain: index.js\n${runtime}\n`);
}

function runner(folder: string, binary: string) {
  return (args: string, extra: Record<string, string> = {}): Promise<string> => {
    const env = {
      ...process.env,
      PATH: `${dirname(binary)}:${process.env["PATH"] ?? ""}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      ...extra,
    };
    return new Promise((resolve, reject) => {
      execFile(
        binary,
        [...args.split(" "), "--non-interactive"],
        { cwd: folder, env },
        (error, stdout, stderr) => {
          if (error) reject(new Error(`pulumi ${args}: ${stdout}${stderr}`));
          else resolve(stdout);
        },
      );
    });
  };
}
