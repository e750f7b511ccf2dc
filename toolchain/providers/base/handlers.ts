import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { checkSchema } from "./check";
import { detailedDiff, schemaDiff } from "./diff";
import { initFailed } from "./failure";
import type { OperationRequest, Operations } from "./operations";
import { previewOfCreate, previewOfUpdate } from "./previews";
import type { Redactor } from "./redact";
import {
  PartialFailure,
  type CheckFailure,
  type Olds,
  type Props,
  type Provider,
  type ResourceType,
} from "./resource";
import { checkResponse, diffResponse } from "./responses";
import { decode, encode, schemaSecrets, type Decoded } from "./wire";

/** The resource half of the protocol: from requests to a ResourceType and back. */
export class ResourceHandlers {
  constructor(
    private readonly provider: Provider,
    private readonly operations: Operations,
    private readonly redactor: Redactor,
  ) {}

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const type = this.typeOf(request.getUrn());
    const news = this.read(request.getNews(), type);
    const olds = this.read(request.getOlds(), type);
    let { inputs, failures }: { inputs: Props; failures: readonly CheckFailure[] } = checkSchema(
      type.properties,
      news.props,
    );
    if (failures.length === 0 && type.check) {
      const urn = request.getUrn();
      ({ inputs, failures } = await type.check(
        inputs,
        Object.keys(olds.props).length > 0 ? olds.props : undefined,
        { urn, name: urn.split("::").at(-1) ?? "", randomSeed: request.getRandomseed_asU8() },
      ));
    }
    return checkResponse(
      encode(inputs, [news.secrets, schemaSecrets(type.properties)]),
      failures,
      this.redactor,
    );
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    const type = this.typeOf(request.getUrn());
    const olds = this.olds(request.getOldInputs(), request.getOlds(), type);
    const news = this.read(request.getNews(), type).props;
    const diff =
      type.diff?.({ id: request.getId(), ...olds }, news) ?? schemaDiff(type.properties, olds.inputs, news);
    // A type that cannot update replaces, whatever its schema says.
    const complete = type.update ? diff : { ...diff, replace: [...diff.replace, ...diff.update], update: [] };
    const { changes, replaces, diffs } = detailedDiff(complete, olds, news, request.getIgnorechangesList());
    return diffResponse(
      changes,
      replaces,
      diffs,
      diff.deleteBeforeReplace ?? type.deleteBeforeReplace ?? false,
    );
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const type = this.typeOf(request.getUrn());
    const inputs = this.read(request.getProperties(), type);
    const response = new proto.CreateResponse();
    const operation = this.operationOf(request, type, inputs.props);
    if (request.getPreview()) {
      const state = await this.operations.run(operation, (context) =>
        previewOfCreate(type, inputs.props, context),
      );
      response.setProperties(this.write(state, type, [inputs.secrets]));
      return response;
    }
    const { id, state } = await this.orInitFailed(type, inputs, () =>
      this.operations.run(operation, (context) => type.create(inputs.props, context)),
    );
    response.setId(id);
    response.setProperties(this.write(state, type, [inputs.secrets]));
    return response;
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const type = this.typeOf(request.getUrn());
    const olds = this.olds(request.getOldInputs(), request.getOlds(), type);
    const news = this.read(request.getNews(), type);
    const response = new proto.UpdateResponse();
    const operation = {
      ...this.operationOf(request, type, news.props),
      ignoreChanges: request.getIgnorechangesList(),
    };
    if (request.getPreview()) {
      const state = await this.operations.run(operation, (context) =>
        previewOfUpdate(type, request.getId(), olds, news.props, context),
      );
      response.setProperties(this.write(state, type, [news.secrets, olds.secrets]));
      return response;
    }
    const { update } = type;
    if (!update) throw new Error(`${tokenOf(request.getUrn())} has no update: every change replaces it`);
    const state = await this.orInitFailed(type, news, () =>
      this.operations.run(operation, (context) =>
        update.call(type, request.getId(), olds, news.props, context),
      ),
    );
    response.setProperties(this.write(state, type, [news.secrets]));
    return response;
  }

  async readResource(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const type = this.typeOf(request.getUrn());
    const olds = this.olds(request.getInputs(), request.getProperties(), type);
    const found = await this.orInitFailed(type, { props: olds.inputs, secrets: olds.secrets }, () =>
      this.operations.run(this.operationOf(request, type, olds.inputs), (context) =>
        type.read(request.getId(), olds, context),
      ),
    );
    const response = new proto.ReadResponse();
    if (!found) return response;
    response.setId(found.id);
    response.setInputs(this.write(found.inputs, type, [olds.secrets]));
    response.setProperties(this.write(found.state, type, [olds.secrets]));
    return response;
  }

  async delete(request: proto.DeleteRequest): Promise<void> {
    const type = this.typeOf(request.getUrn());
    const olds = this.olds(request.getOldInputs(), request.getProperties(), type);
    await this.operations.run(this.operationOf(request, type, olds.inputs), (context) =>
      type.delete(request.getId(), olds, context),
    );
  }

  private operationOf(
    request: { getUrn(): string; getTimeout(): number },
    type: ResourceType,
    inputs: Props,
  ): OperationRequest {
    return {
      urn: request.getUrn(),
      timeoutSeconds: request.getTimeout(),
      defaultTimeoutMs: type.timeoutMs?.(inputs),
    };
  }

  private typeOf(urn: string): ResourceType {
    const token = tokenOf(urn);
    const type = this.provider.resources[token] ?? this.provider.resourceOf?.(token);
    if (type) return type;
    const known = Object.keys(this.provider.resources).join(", ");
    throw new Error(
      `${token} is not implemented by this project's ${this.provider.name} provider for closed networks, which has ${known}\n` +
        "  fix: use the official plugin (SEMBLANCE_PLUGINS=official)",
    );
  }

  private read(struct: Struct | undefined, type: ResourceType): Decoded {
    const decoded = decode(struct);
    this.redactor.learn(decoded.props, decoded.secrets);
    this.redactor.learn(decoded.props, schemaSecrets(type.properties, type.secretOutputs));
    return decoded;
  }

  private olds(
    inputs: Struct | undefined,
    state: Struct | undefined,
    type: ResourceType,
  ): Olds & { secrets: Decoded["secrets"] } {
    const [first, second] = [this.read(inputs, type), this.read(state, type)];
    return { inputs: first.props, state: second.props, secrets: { ...second.secrets, ...first.secrets } };
  }

  private write(state: Props, type: ResourceType, origins: readonly Decoded["secrets"][]): Struct {
    const secrets = schemaSecrets(type.properties, type.secretOutputs);
    this.redactor.learn(state, secrets);
    const { inputsOutput } = type;
    const copies = inputsOutput === undefined ? [] : [secrets, ...origins];
    const copied = copies.map((origin): Decoded["secrets"] => ({ [inputsOutput ?? ""]: origin }));
    return encode(state, [...origins, ...copied, secrets]);
  }

  private async orInitFailed<T>(type: ResourceType, inputs: Decoded, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const reasons = error.reasons.map((reason) => this.redactor.clean(reason));
      const state = this.write(error.state, type, [inputs.secrets]);
      const found = this.write(error.inputs ?? inputs.props, type, [inputs.secrets]);
      throw initFailed(error.id, state, found, reasons);
    }
  }
}

/** The type token in a URN: the last of the types that its third part strings together. */
function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
