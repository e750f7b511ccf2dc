import * as grpc from "@grpc/grpc-js";
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { checkSchema, decodeConfig } from "./check";
import { detailedDiff, schemaDiff } from "./diff";
import { EngineLog } from "./engine";
import { ResourceHandlers } from "./handlers";
import { Operations } from "./operations";
import { newServer, RpcError, servePlugin, unary } from "./plugin";
import { pretending, refusingMadeUp } from "./pretend";
import { Redactor } from "./redact";
import { checkResponse, diffResponse } from "./responses";
import type { Provider } from "./resource";
import { decode, schemaSecrets } from "./wire";

/**
 * Serves a provider to the engine that started this process; the engine's address is the last argument. Whether it only
 * pretends is decided when the plugin is built, so that no variable of somebody's environment makes a real one do so.
 */
export function serve(real: Provider): Promise<void> {
  const provider = process.env.SEMBLANCE_PRETEND === "true" ? pretending(real) : refusingMadeUp(real);
  const redactor = new Redactor();
  const engine = new EngineLog(process.argv.at(-1));
  const operations = new Operations({
    info: (urn, line) => engine.info(urn, redactor.clean(line)),
    warn: (urn, line) => engine.warn(urn, redactor.clean(line)),
  });
  const resources = new ResourceHandlers(provider, operations, redactor);
  const config = new ConfigHandlers(provider, redactor);
  const server = newServer();

  /** A handler whose errors carry no secret that passed through this process. */
  const handler = <Request, Response>(handle: (request: Request) => Promise<Response> | Response) =>
    unary<Request, Response>(async (request) => {
      try {
        return await handle(request);
      } catch (error) {
        if (error instanceof RpcError) throw error;
        throw new Error(redactor.clean(error instanceof Error ? error.message : String(error)));
      }
    });
  const unsupported = (what: string) =>
    handler((request: { getTok(): string }): Empty => {
      throw new RpcError(
        grpc.status.UNIMPLEMENTED,
        `${what} ${request.getTok()} is not implemented by this project's ${provider.name} provider for closed networks\n` +
          "  fix: use the official plugin (SEMBLANCE_PLUGINS=official)",
      );
    });

  server.addService(ResourceProviderService, {
    handshake: handler((_: proto.ProviderHandshakeRequest) => {
      const response = new proto.ProviderHandshakeResponse();
      // Knowing what is secret lets us keep it out of messages; we mark it again on the way out.
      response.setAcceptSecrets(true);
      return response;
    }),
    attach: handler((request: PluginAttach) => {
      engine.connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: handler((_: Empty) => {
      const info = new PluginInfo();
      info.setVersion(provider.version);
      return info;
    }),
    getSchema: handler((_: proto.GetSchemaRequest) => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: provider.name, version: provider.version }));
      return response;
    }),
    checkConfig: handler((request: proto.CheckRequest) => config.check(request)),
    diffConfig: handler((request: proto.DiffRequest) => config.diff(request)),
    configure: handler((request: proto.ConfigureRequest) => config.configure(request)),
    check: handler((request: proto.CheckRequest) => resources.check(request)),
    diff: handler((request: proto.DiffRequest) => resources.diff(request)),
    create: handler((request: proto.CreateRequest) => resources.create(request)),
    read: handler((request: proto.ReadRequest) => resources.readResource(request)),
    update: handler((request: proto.UpdateRequest) => resources.update(request)),
    delete: handler(async (request: proto.DeleteRequest) => {
      await resources.delete(request);
      return new Empty();
    }),
    cancel: handler((_: Empty) => {
      operations.cancel();
      return new Empty();
    }),
    invoke: unsupported("function"),
    call: unsupported("method"),
    construct: handler((request: proto.ConstructRequest): proto.ConstructResponse => {
      throw new RpcError(grpc.status.UNIMPLEMENTED, `component ${request.getType()} is not implemented`);
    }),
  });
  return servePlugin(server, () => operations.stop());
}

/** The provider-configuration half of the protocol. */
class ConfigHandlers {
  constructor(
    private readonly provider: Provider,
    private readonly redactor: Redactor,
  ) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    const { failures } = checkSchema(this.provider.configSchema, this.read(request.getNews()));
    // The engine keeps what came in, JSON texts included: it is compared with the same at the next run.
    return checkResponse(request.getNews() ?? new Struct(), failures, this.redactor);
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    const olds = this.read(request.getOldInputs() ?? request.getOlds());
    const news = this.read(request.getNews());
    const diff = this.provider.diffConfig?.(olds, news) ?? schemaDiff(this.provider.configSchema, olds, news);
    const both = { inputs: olds, state: olds };
    const { changes, replaces, diffs } = detailedDiff(diff, both, news, request.getIgnorechangesList());
    return diffResponse(changes, replaces, diffs, false);
  }

  async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    const { inputs, failures } = checkSchema(this.provider.configSchema, this.read(request.getArgs()));
    if (failures.length > 0) {
      const said = failures.map(({ property, reason }) => `${property}: ${reason}`).join("\n");
      throw new Error(`configuration of provider ${this.provider.name}:\n${said}`);
    }
    await this.provider.configure(inputs);
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    return response;
  }

  private read(struct: Parameters<typeof decode>[0]) {
    const { props, secrets } = decode(struct);
    this.redactor.learn(props, secrets);
    this.redactor.learn(props, schemaSecrets(this.provider.configSchema));
    return decodeConfig(this.provider.configSchema, props);
  }
}
