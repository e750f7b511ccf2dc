import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

export type Fields = { [key: string]: JavaScriptValue };

/** What a resource is after an operation, as the engine would record it. */
export interface Recorded {
  readonly id: string;
  readonly inputs: Fields;
  readonly state: Fields;
}

const MAIN = join(__dirname, "..", "..", "toolchain", "providers", "docker", "main.ts");
const TOKENS: Readonly<Record<string, string>> = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
  remoteImage: "docker:index/remoteImage:RemoteImage",
};

/** The provider in a process of its own, spoken to as Pulumi's engine does. */
export class ServedProvider {
  private constructor(
    readonly process: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** Starts and configures it. */
  static async start(config: Fields = {}): Promise<ServedProvider> {
    const child = spawn(process.execPath, ["--require", "tsx/cjs", MAIN], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [port] = (await once(createInterface(child.stdout), "line")) as [string];
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    const served = new ServedProvider(child, client);
    const request = new proto.ConfigureRequest();
    request.setArgs(Struct.fromJavaScript(config));
    await call<proto.ConfigureResponse>((done) => client.configure(request, done));
    return served;
  }

  /** Ends the process as a closing engine does, and waits for it. */
  async stop(): Promise<void> {
    this.client.close();
    const exited = this.process.exitCode ?? once(this.process, "exit");
    this.process.stdin?.end();
    await exited;
  }

  /** The checked inputs; throws what Check refuses. */
  async check(type: string, name: string, inputs: Fields): Promise<Fields> {
    const request = new proto.CheckRequest();
    request.setUrn(urn(type, name));
    request.setNews(Struct.fromJavaScript(inputs));
    request.setRandomseed(Buffer.alloc(32, 7));
    const response = await call<proto.CheckResponse>((done) => this.client.check(request, done));
    const failures = response.getFailuresList().map((failure) => failure.getReason());
    if (failures.length > 0) throw new Error(failures.join("\n"));
    return plain(response.getInputs());
  }

  /** Check, then Create. */
  async create(type: string, name: string, inputs: Fields): Promise<Recorded> {
    const checked = await this.check(type, name, inputs);
    const request = new proto.CreateRequest();
    request.setUrn(urn(type, name));
    request.setProperties(Struct.fromJavaScript(checked));
    const response = await call<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: response.getId(), inputs: checked, state: plain(response.getProperties()) };
  }

  /** The top-level properties that differ, and those that need a replacement. */
  async diff(
    type: string,
    name: string,
    old: Recorded,
    inputs: Fields,
  ): Promise<{ diffs: string[]; replaces: string[] }> {
    const request = new proto.DiffRequest();
    request.setId(old.id);
    request.setUrn(urn(type, name));
    request.setOlds(Struct.fromJavaScript(old.state));
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    request.setNews(Struct.fromJavaScript(await this.check(type, name, inputs)));
    const response = await call<proto.DiffResponse>((done) => this.client.diff(request, done));
    return { diffs: response.getDiffsList().sort(), replaces: response.getReplacesList().sort() };
  }

  /** Check, then Update. */
  async update(type: string, name: string, old: Recorded, inputs: Fields): Promise<Recorded> {
    const checked = await this.check(type, name, inputs);
    const request = new proto.UpdateRequest();
    request.setId(old.id);
    request.setUrn(urn(type, name));
    request.setOlds(Struct.fromJavaScript(old.state));
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    request.setNews(Struct.fromJavaScript(checked));
    const response = await call<proto.UpdateResponse>((done) => this.client.update(request, done));
    return { id: old.id, inputs: checked, state: plain(response.getProperties()) };
  }

  /** What refresh (and, with nothing recorded, import) reads; undefined when it is gone. */
  async read(type: string, name: string, old: Recorded | string): Promise<Recorded | undefined> {
    const request = new proto.ReadRequest();
    request.setUrn(urn(type, name));
    request.setId(typeof old === "string" ? old : old.id);
    if (typeof old !== "string") {
      request.setInputs(Struct.fromJavaScript(old.inputs));
      request.setProperties(Struct.fromJavaScript(old.state));
    }
    const response = await call<proto.ReadResponse>((done) => this.client.read(request, done));
    if (response.getId() === "") return undefined;
    return {
      id: response.getId(),
      inputs: plain(response.getInputs()),
      state: plain(response.getProperties()),
    };
  }

  /** Delete. */
  async delete(type: string, name: string, old: Recorded): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urn(type, name));
    request.setId(old.id);
    request.setProperties(Struct.fromJavaScript(old.state));
    request.setOldInputs(Struct.fromJavaScript(old.inputs));
    await call<Empty>((done) => this.client.delete(request, done));
  }

  /** What Ctrl-C in the engine sends. */
  async cancel(): Promise<void> {
    await call<Empty>((done) => this.client.cancel(new Empty(), done));
  }
}

function urn(type: string, name: string): string {
  return `urn:pulumi:test::provider::${TOKENS[type] ?? type}::${name}`;
}

function call<T>(
  send: (done: (error: grpc.ServiceError | null, response: T) => void) => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    send((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

function plain(struct: Struct | undefined): Fields {
  return struct?.toJavaScript() ?? {};
}

/** The resource that an "init failed" error carries in its metadata, as text; empty for any other error. */
export function partialDetails(error: unknown): string {
  if (!(error instanceof Error) || !("metadata" in error) || !(error.metadata instanceof grpc.Metadata))
    return "";
  return error.metadata
    .get("grpc-status-details-bin")
    .map((detail) => detail.toString("latin1"))
    .join("");
}
