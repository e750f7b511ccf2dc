import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { checkSchema } from "./check";
import { detailedDiff, schemaDiff, type DetailedChange } from "./diff";
import { initFailed } from "./failure";
import type { Operations } from "./operations";
import type { Redactor } from "./redact";
import {
  PartialFailure,
  type CheckFailure,
  type Olds,
  type Props,
  type Provider,
  type ResourceType,
} from "./resource";
import { UNKNOWN } from "./value";
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
    if (request.getPreview()) {
      const unknown: Props = Object.fromEntries(type.outputs.map((name) => [name, UNKNOWN]));
      response.setProperties(this.write({ ...unknown, ...inputs.props }, type, [inputs.secrets]));
      return response;
    }
    const { id, state } = await this.orInitFailed(type, inputs, () =>
      this.operations.run(request.getUrn(), request.getTimeout(), (context) =>
        type.create(inputs.props, context),
      ),
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
    if (request.getPreview()) {
      const names = type.unknownAfterUpdate?.(olds, news.props) ?? [];
      const unknown: Props = Object.fromEntries(names.map((name) => [name, UNKNOWN]));
      const state = { ...olds.state, ...news.props, ...unknown };
      response.setProperties(this.write(state, type, [news.secrets, olds.secrets]));
      return response;
    }
    const { update } = type;
    if (!update) throw new Error(`${tokenOf(request.getUrn())} has no update: every change replaces it`);
    const state = await this.orInitFailed(type, news, () =>
      this.operations.run(request.getUrn(), request.getTimeout(), (context) =>
        update.call(type, request.getId(), olds, news.props, context),
      ),
    );
    response.setProperties(this.write(state, type, [news.secrets]));
    return response;
  }

  async readResource(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const type = this.typeOf(request.getUrn());
    const olds = this.olds(request.getInputs(), request.getProperties(), type);
    const found = await this.operations.run(request.getUrn(), request.getTimeout(), (context) =>
      type.read(request.getId(), olds, context),
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
    await this.operations.run(request.getUrn(), request.getTimeout(), (context) =>
      type.delete(request.getId(), olds, context),
    );
  }

  private typeOf(urn: string): ResourceType {
    const token = tokenOf(urn);
    const type = this.provider.resources[token];
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
    return encode(state, [...origins, secrets]);
  }

  private async orInitFailed<T>(type: ResourceType, inputs: Decoded, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PartialFailure)) throw error;
      const reasons = error.reasons.map((reason) => this.redactor.clean(reason));
      const state = this.write(error.state, type, [inputs.secrets]);
      throw initFailed(error.id, state, this.write(inputs.props, type, [inputs.secrets]), reasons);
    }
  }
}

/** The type token in a URN: the last of the types that its third part strings together. */
function tokenOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** What Check and CheckConfig answer. */
export function checkResponse(
  inputs: Struct,
  failures: readonly CheckFailure[],
  redactor: Redactor,
): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(inputs);
  for (const { property, reason } of failures) {
    const failure = new proto.CheckFailure();
    // The path goes into the reason: beside a property of its own, the engine would print the property's value.
    failure.setReason(redactor.clean(`${property}: ${reason}`));
    response.addFailures(failure);
  }
  return response;
}

/** What Diff and DiffConfig answer. */
export function diffResponse(
  changes: readonly DetailedChange[],
  replaces: string[],
  diffs: string[],
  deleteBeforeReplace: boolean,
): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(replaces);
  response.setDiffsList(diffs);
  response.setDeletebeforereplace(deleteBeforeReplace && replaces.length > 0);
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(KINDS[change.kind][change.replaces ? "replace" : "keep"]);
    detail.setInputdiff(change.inputDiff);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}

const { Kind } = proto.PropertyDiff;
const KINDS = {
  add: { keep: Kind.ADD, replace: Kind.ADD_REPLACE },
  delete: { keep: Kind.DELETE, replace: Kind.DELETE_REPLACE },
  update: { keep: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
} as const;
