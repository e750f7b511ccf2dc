/** What the provider specs share: a real plugin process, and the engine's side of the protocol. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { ensureLauncher } from "../../toolchain/providers/build";

/** The engine's mark of a value that is not known yet, and of a secret. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

type Json = JavaScriptValue;
/** Properties as they are on the wire. */
export type Bag = { [key: string]: Json };

/** A value wrapped as the engine wraps a secret. */
export const secret = (value: Json): Bag => ({ [SIGNATURE]: SECRET, value });

/** Builds the plugin whose source is `entry` into a folder of its own. */
export async function buildPlugin(name: string, entry: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-plugin-`));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, `pulumi-resource-${name}`);
  await ensureLauncher({ entry, path, folder, constants: { PROVIDER_VERSION: "1.2.3" } });
  return path;
}

/** Starts an executable and reads the port that it prints. */
export async function startPlugin(
  path: string,
  args: string[] = [],
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(path, args, { stdio: ["pipe", "pipe", "inherit"] });
  return { child, port: await portOf(child) };
}

/** The first line of a plugin's output. */
export function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (data: Buffer) => {
      text += data.toString();
      if (text.includes("\n")) resolve(Number(text.slice(0, text.indexOf("\n"))));
    });
    child.on("exit", () => reject(new Error(`the plugin ended before it printed a port: ${text}`)));
  });
}

/** Resolves when a process has ended. */
export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve(child.exitCode);
    else child.on("exit", (code) => resolve(code));
  });
}

/** Polls until `condition` holds; fails after the limit. */
export async function until(what: string, condition: () => boolean, limitMs = 10_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited ${limitMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** True while a process with this id exists. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The engine's side, with plain objects in place of messages. */
export class Engine {
  readonly client: ResourceProviderClient;

  constructor(
    port: number,
    private readonly token: string,
  ) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  /** The same process, another resource type. */
  of(token: string): Engine {
    return new Engine(Number(this.client.getChannel().getTarget().split(":").at(-1)), token);
  }

  get urn(): string {
    return `urn:pulumi:dev::project::${this.token}::thing`;
  }

  async check(news: Bag, olds: Bag = {}): Promise<{ inputs: Bag; failures: Record<string, string> }> {
    const request = new proto.CheckRequest();
    request.setUrn(this.urn);
    request.setOlds(Struct.fromJavaScript(olds));
    request.setNews(Struct.fromJavaScript(news));
    request.setRandomseed(new Uint8Array(32).fill(7));
    const response = await call<proto.CheckResponse>((done) => this.client.check(request, done));
    return {
      inputs: plain(response.getInputs()),
      failures: failuresOf(response),
    };
  }

  async checkConfig(news: Bag): Promise<Record<string, string>> {
    const request = new proto.CheckRequest();
    request.setUrn(this.urn);
    request.setNews(Struct.fromJavaScript(news));
    const response = await call<proto.CheckResponse>((done) => this.client.checkConfig(request, done));
    return failuresOf(response);
  }

  async configure(args: Bag): Promise<proto.ConfigureResponse> {
    const request = new proto.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(args));
    return call<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async diff(
    olds: Bag,
    news: Bag,
    more: { state?: Bag; ignoreChanges?: string[] } = {},
  ): Promise<{ changed: boolean; replaces: string[]; detail: Record<string, string>; deleteFirst: boolean }> {
    const request = new proto.DiffRequest();
    request.setId("id");
    request.setUrn(this.urn);
    request.setOldInputs(Struct.fromJavaScript(olds));
    request.setOlds(Struct.fromJavaScript(more.state ?? olds));
    request.setNews(Struct.fromJavaScript(news));
    request.setIgnorechangesList(more.ignoreChanges ?? []);
    const response = await call<proto.DiffResponse>((done) => this.client.diff(request, done));
    const kinds = Object.keys(proto.PropertyDiff.Kind);
    const detail: Record<string, string> = {};
    response.getDetaileddiffMap().forEach((change, path) => {
      detail[path] = `${kinds[change.getKind()] ?? ""}${change.getInputdiff() ? "" : " (state)"}`;
    });
    return {
      changed: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: response.getReplacesList(),
      deleteFirst: response.getDeletebeforereplace(),
      detail,
    };
  }

  async create(
    props: Bag,
    more: { preview?: boolean; timeout?: number } = {},
  ): Promise<{ id: string; state: Bag }> {
    const request = new proto.CreateRequest();
    request.setUrn(this.urn);
    request.setProperties(Struct.fromJavaScript(props));
    request.setPreview(more.preview ?? false);
    request.setTimeout(more.timeout ?? 0);
    const response = await call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), state: plain(response.getProperties()) };
  }

  async update(id: string, olds: { inputs: Bag; state: Bag }, news: Bag, preview = false): Promise<Bag> {
    const request = new proto.UpdateRequest();
    request.setId(id);
    request.setUrn(this.urn);
    request.setOldInputs(Struct.fromJavaScript(olds.inputs));
    request.setOlds(Struct.fromJavaScript(olds.state));
    request.setNews(Struct.fromJavaScript(news));
    request.setPreview(preview);
    const response = await call<proto.UpdateResponse>((done) => this.client.update(request, done));
    return plain(response.getProperties());
  }

  async read(
    id: string,
    olds?: { inputs: Bag; state: Bag },
  ): Promise<{ id: string; inputs: Bag; state: Bag }> {
    const request = new proto.ReadRequest();
    request.setId(id);
    request.setUrn(this.urn);
    if (olds) request.setInputs(Struct.fromJavaScript(olds.inputs));
    request.setProperties(Struct.fromJavaScript(olds?.state ?? {}));
    const response = await call<proto.ReadResponse>((done) => this.client.read(request, done));
    return {
      id: response.getId(),
      inputs: plain(response.getInputs()),
      state: plain(response.getProperties()),
    };
  }

  async delete(id: string, olds: { inputs: Bag; state: Bag }): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setId(id);
    request.setUrn(this.urn);
    request.setOldInputs(Struct.fromJavaScript(olds.inputs));
    request.setProperties(Struct.fromJavaScript(olds.state));
    await call((done) => this.client.delete(request, done));
  }
}

/** One call as a promise; rejects with the gRPC error. */
export function call<Response>(
  start: (done: (error: grpc.ServiceError | null, response?: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    start((error, response) => {
      if (error || response === undefined) reject(error ?? new Error("no response"));
      else resolve(response);
    });
  });
}

/** Reasons by property path. The engine prints the value of what is named as the failing property: nothing may be. */
function failuresOf(response: proto.CheckResponse): Record<string, string> {
  return Object.fromEntries(
    response.getFailuresList().map((failure) => {
      assert.equal(failure.getProperty(), "");
      const [path = "", ...reason] = failure.getReason().split(": ");
      return [path, reason.join(": ")];
    }),
  );
}

function plain(struct: Struct | undefined): Bag {
  return struct?.toJavaScript() ?? {};
}
