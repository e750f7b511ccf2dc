import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeClient } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ensureLauncher } from "../../toolchain/providers/build";
import { call, ended, isRunning, startPlugin, until } from "./base-harness";

/** Stands in for the SDK's run command: records what it was given, and ends as the program's name says. */
const FAKE_COMMAND = `
  const fs = require("node:fs");
  const { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT, PULUMI_NODEJS_TSCONFIG_PATH } = process.env;
  fs.writeFileSync("record.json", JSON.stringify({
    pid: process.pid, args: process.argv.slice(2), cwd: process.cwd(), execArgv: process.execArgv,
    env: { PULUMI_CONFIG, PULUMI_CONFIG_SECRET_KEYS, PULUMI_NODEJS_TYPESCRIPT, PULUMI_NODEJS_TSCONFIG_PATH, EXTRA: process.env.EXTRA },
  }));
  const how = process.argv.at(-1);
  if (how.endsWith("hang")) setInterval(() => {}, 1000);
  else { if (!process.argv.includes("--monitor")) { console.log("said"); console.error("complained"); } process.exitCode = Number(how) || 0; }
`;

interface Record {
  readonly pid: number;
  readonly args: string[];
  readonly cwd: string;
  readonly execArgv: string[];
  readonly env: { [name: string]: string | undefined };
}

describe("language host: the protocol, against its real process", () => {
  const program = mkdtempSync(join(tmpdir(), "program-"));
  let launcher: string;
  let child: ChildProcess;
  let client: LanguageRuntimeClient;

  before(async () => {
    const folder = join(program, "host");
    launcher = join(folder, "pulumi-language-nodejs");
    const entry = join(__dirname, "..", "..", "toolchain", "language-host", "main.ts");
    await ensureLauncher({
      entry,
      path: launcher,
      folder,
      constants: { SEMBLANCE_LANGUAGE_HOST_VERSION: "3.2.1" },
    });
    for (const command of ["run", "run-policy-pack"])
      write(`node_modules/@pulumi/pulumi/cmd/${command}/index.js`, FAKE_COMMAND);
    manifest("@pulumi/pulumi", { version: "3.0.0" });
    manifest("@pulumi/tls", { version: "5.0.0", pulumi: { resource: true, name: "tls" } });
    manifest("other", { version: "1.0.0" });
    manifest("other/node_modules/@acme/cloud", {
      version: "2.0.0",
      pulumi: { resource: true, server: "https://x" },
    });
    write("package.json", JSON.stringify({ name: "p", dependencies: { other: "*", "@pulumi/tls": "*" } }));
  });
  beforeEach(async () => {
    rmSync(join(program, "record.json"), { force: true });
    const started = await startPlugin(launcher, ["127.0.0.1:4321"]);
    child = started.child;
    client = new LanguageRuntimeClient(`127.0.0.1:${started.port}`, grpc.credentials.createInsecure());
  });
  afterEach(() => {
    child.kill("SIGKILL");
    if (recorded() && isRunning(record().pid)) process.kill(record().pid, "SIGKILL");
  });
  after(() => rmSync(program, { recursive: true }));

  function write(path: string, content: string): void {
    mkdirSync(join(program, path, ".."), { recursive: true });
    writeFileSync(join(program, path), content);
  }
  function manifest(name: string, content: object): void {
    const own = name.split("node_modules/").at(-1);
    write(`node_modules/${name}/package.json`, JSON.stringify({ name: own, ...content }));
  }
  const record = (): Record => JSON.parse(readFileSync(join(program, "record.json"), "utf8")) as Record;
  const recorded = () =>
    existsSync(join(program, "record.json")) && readFileSync(join(program, "record.json")).length > 0;

  function info(options: { [key: string]: string | boolean } = {}, entryPoint = "."): proto.ProgramInfo {
    const program_ = new proto.ProgramInfo();
    program_.setRootDirectory(program);
    program_.setProgramDirectory(program);
    program_.setEntryPoint(entryPoint);
    program_.setOptions(Struct.fromJavaScript(options));
    return program_;
  }
  function runRequest(how: string, options: { [key: string]: string | boolean } = {}): proto.RunRequest {
    const request = new proto.RunRequest();
    request.setInfo(info(options, how));
    request.setPwd(program);
    request.setProject("proj");
    request.setStack("dev");
    request.setMonitorAddress("127.0.0.1:99");
    request.setParallel(4);
    request.setDryrun(true);
    request.getConfigMap().set("proj:password", "hunter2");
    request.setConfigsecretkeysList(["proj:password"]);
    return request;
  }
  const run = (request: proto.RunRequest) => call<proto.RunResponse>((done) => client.run(request, done));

  it("runs the program with the engine's addresses; configuration is in the environment, not in the arguments", async () => {
    const response = await run(
      runRequest(".", { nodeargs: "--max-old-space-size=300 --no-warnings", tsconfig: "t.json" }),
    );
    assert.deepEqual([response.getError(), response.getBail()], ["", false]);
    const { args, env, execArgv, cwd } = record();
    assert.deepEqual(args, [
      ...[
        "--monitor",
        "127.0.0.1:99",
        "--engine",
        "127.0.0.1:4321",
        "--project",
        "proj",
        "--root-directory",
        program,
      ],
      ...["--stack", "dev", "--pwd", program, "--parallel", "4", "--dry-run", "."],
    ]);
    assert.deepEqual([execArgv, cwd], [["--max-old-space-size=300", "--no-warnings"], program]);
    assert.deepEqual(env, {
      PULUMI_CONFIG: '{"proj:password":"hunter2"}',
      PULUMI_CONFIG_SECRET_KEYS: '["proj:password"]',
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: "t.json",
    });
  });

  it("tells a failure that was shown from one that was not", async () => {
    assert.equal((await run(runRequest("32"))).getBail(), true);
    const response = await run(runRequest("3", { typescript: false }));
    assert.deepEqual([response.getBail(), response.getError()], [false, "the program exited with code 3"]);
    assert.equal(record().env["PULUMI_NODEJS_TYPESCRIPT"], undefined);
  });

  it("refuses a runtime option that it would ignore, and says what to do without an SDK", async () => {
    await assert.rejects(
      run(runRequest(".", { nodeArgs: "x" })),
      /runtime option nodeArgs .*allowed: .*nodeargs/,
    );
    const request = runRequest(".");
    request.getInfo()?.setProgramDirectory(tmpdir());
    await assert.rejects(run(request), /cannot find @pulumi\/pulumi from[^]*npm install/);
  });

  it("ends the program on Cancel, and starts none afterwards", async () => {
    const running = run(runRequest("hang"));
    await until("the program started", recorded);
    await call((done) => client.cancel(new Empty(), done));
    assert.equal((await running).getError(), "the program was ended by SIGTERM");
    assert.equal(isRunning(record().pid), false);
    await assert.rejects(run(runRequest(".")), /cancelled/);
  });

  it("takes its program with it when the engine is gone", async () => {
    run(runRequest("hang")).catch(() => undefined);
    await until("the program started", recorded);
    child.stdin?.end();
    await ended(child);
    await until("the program ended", () => !isRunning(record().pid));
  });

  it("lists the plugins of every installed SDK, nested ones too, and the program's dependencies", async () => {
    const request = new proto.GetRequiredPackagesRequest();
    request.setInfo(info());
    const response = await call<proto.GetRequiredPackagesResponse>((done) =>
      client.getRequiredPackages(request, done),
    );
    const found = response
      .getPackagesList()
      .map((p) => [p.getName(), p.getKind(), p.getVersion(), p.getServer()].join(" "));
    assert.deepEqual(found.sort(), ["acme/cloud resource v2.0.0 https://x", "tls resource v5.0.0 "]);
    const dependencies = new proto.GetProgramDependenciesRequest();
    dependencies.setInfo(info());
    const listed = await call<proto.GetProgramDependenciesResponse>((done) =>
      client.getProgramDependencies(dependencies, done),
    );
    assert.deepEqual(
      listed.getDependenciesList().map((d) => `${d.getName()}@${d.getVersion()}`),
      ["other@1.0.0", "@pulumi/tls@5.0.0"],
    );
  });

  it("runs a policy pack in its folder and streams its output and exit code", async () => {
    const request = new proto.RunPluginRequest();
    request.setKind("analyzer");
    request.setInfo(info());
    request.setPwd(tmpdir());
    request.setArgsList(["127.0.0.1:4321"]);
    request.setEnvList(["EXTRA=a=b"]);
    const out: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const stream = client.runPlugin(request);
      stream.on("data", (r: proto.RunPluginResponse) => {
        const stdout = Buffer.from(r.getStdout_asU8()).toString();
        const stderr = Buffer.from(r.getStderr_asU8()).toString();
        out.push(stdout && `out ${stdout.trim()}`, stderr && `err ${stderr.trim()}`);
        if (r.getOutputCase() === proto.RunPluginResponse.OutputCase.EXITCODE)
          out.push(`exit ${r.getExitcode()}`);
      });
      stream.on("end", resolve);
      stream.on("error", reject);
    });
    assert.deepEqual(out.filter((line) => line !== "").sort(), ["err complained", "exit 0", "out said"]);
    const { args, cwd, env } = record();
    assert.deepEqual([args, cwd, env["EXTRA"]], [["127.0.0.1:4321", program], program, "a=b"]);
  });

  it("ends a plugin when the engine hangs up", async () => {
    write(
      "hang/node_modules/@pulumi/pulumi/cmd/run-policy-pack/index.js",
      FAKE_COMMAND.replace("record.json", "../record.json"),
    );
    const request = new proto.RunPluginRequest();
    request.setKind("analyzer");
    request.setInfo(info());
    request.getInfo()?.setProgramDirectory(join(program, "hang"));
    const stream = client.runPlugin(request);
    stream.on("error", () => undefined);
    stream.on("data", () => undefined);
    await until("the plugin started", recorded);
    stream.cancel();
    await until("the plugin ended", () => !isRunning(record().pid));
  });

  it("says its version and what runs programs", async () => {
    const plugin = await call<{ getVersion(): string }>((done) => client.getPluginInfo(new Empty(), done));
    assert.equal(plugin.getVersion(), "3.2.1");
    const about = await call<proto.AboutResponse>((done) => client.about(new proto.AboutRequest(), done));
    assert.deepEqual([about.getExecutable(), about.getVersion()], [process.execPath, process.version]);
  });
});
