import {
  AnalyzerResource,
  AnalyzerResourceOptions,
  type AnalyzeResponse,
  AnalyzeRequest,
  AnalyzerPropertyDependencies,
  AnalyzerProviderResource,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import type { Policies } from "@pulumi/policy";
import { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } from "@pulumi/policy/server";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { policiesOf } from "../../policies/core/adapter";
import { Exemptions } from "../../policies/core/exemptions";
import type { Rule } from "../../policies/core/rule";

type Callback = (error: unknown, response?: AnalyzeResponse) => void;
type Rpc<R> = (call: { request: R }, callback: Callback) => Promise<void>;
type Make<R> = (pack: string, version: string, level: "mandatory", policies: Policies) => Rpc<R>;

// What the server of a pack answers with. It is there, and not in the package's types: the version is pinned.
declare module "@pulumi/policy/server" {
  const makeAnalyzeRpcFun: Make<AnalyzeRequest>;
  const makeAnalyzeStackRpcFun: Make<AnalyzeStackRequest>;
}

/** How the engine says "not known yet" to a policy, for a value of any kind. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource of a test. What is not given is empty. */
export interface Fixture {
  readonly type: string;
  readonly name?: string;
  readonly props: Readonly<Record<string, JavaScriptValue>>;
  readonly protect?: boolean;
  /** Inputs of its provider. */
  readonly provider?: Readonly<Record<string, JavaScriptValue>>;
  readonly parent?: string;
  /** Names of fixtures on which a property depends. */
  readonly dependsOn?: Readonly<Record<string, readonly string[]>>;
}

/** A policy's complaint. */
export interface Diagnostic {
  readonly policy: string;
  readonly message: string;
  readonly urn: string;
  readonly mandatory: boolean;
}

/** Rules behind the calls that the engine makes: with its proxies of values, its levels and its order. */
export class Analyzer {
  private readonly policies: Policies;

  constructor(rules: readonly Rule[], exemptions = new Exemptions([], "2026-11-23")) {
    this.policies = policiesOf(rules, exemptions);
  }

  /** What the policies say of one resource. Rejects when a policy throws, as the engine then ends the preview. */
  async resource(fixture: Fixture): Promise<Diagnostic[]> {
    const rpc = makeAnalyzeRpcFun("test", "1.0.0", "mandatory", this.policies);
    return call(rpc, requestOf(fixture), urnOf(fixture));
  }

  /** What the policies say of the resources together. */
  async stack(fixtures: readonly Fixture[]): Promise<Diagnostic[]> {
    const urns = new Map(fixtures.map((fixture) => [nameOf(fixture), urnOf(fixture)]));
    const request = new AnalyzeStackRequest();
    request.setResourcesList(fixtures.map((fixture) => stackResource(fixture, urns)));
    return call(makeAnalyzeStackRpcFun("test", "1.0.0", "mandatory", this.policies), request, "");
  }

  /** The policies that the SDK does not even start for a resource. */
  async skipped(fixture: Fixture): Promise<readonly string[]> {
    const response = await answer(
      makeAnalyzeRpcFun("test", "1.0.0", "mandatory", this.policies),
      requestOf(fixture),
    );
    return response.getNotApplicableList().map((one) => one.getPolicyName());
  }

  /** What a preview says: of each resource, and then of all. */
  async all(fixtures: readonly Fixture[]): Promise<Diagnostic[]> {
    const found: Diagnostic[] = [];
    for (const fixture of fixtures) found.push(...(await this.resource(fixture)));
    return [...found, ...(await this.stack(fixtures))];
  }
}

const nameOf = ({ name = "it" }: Fixture): string => name;

export const urnOf = (fixture: Fixture): string =>
  `urn:pulumi:test::semblance-curation::${fixture.type}::${nameOf(fixture)}`;

function requestOf(fixture: Fixture): AnalyzeRequest {
  const request = new AnalyzeRequest();
  request.setType(fixture.type);
  request.setUrn(urnOf(fixture));
  request.setName(nameOf(fixture));
  request.setProperties(Struct.fromJavaScript({ ...fixture.props }));
  request.setOptions(optionsOf(fixture));
  request.setProvider(providerOf(fixture));
  return request;
}

function optionsOf({ protect = false }: Fixture): AnalyzerResourceOptions {
  const options = new AnalyzerResourceOptions();
  options.setProtect(protect);
  return options;
}

function providerOf({ type, provider = {} }: Fixture): AnalyzerProviderResource {
  const resource = new AnalyzerProviderResource();
  const name = type.split(":")[0] ?? "";
  resource.setType(`pulumi:providers:${name}`);
  resource.setName(name);
  resource.setUrn(`urn:pulumi:test::semblance-curation::pulumi:providers:${name}::${name}`);
  resource.setProperties(Struct.fromJavaScript({ ...provider }));
  return resource;
}

function stackResource(fixture: Fixture, urns: ReadonlyMap<string, string>): AnalyzerResource {
  const resource = new AnalyzerResource();
  resource.setType(fixture.type);
  resource.setUrn(urnOf(fixture));
  resource.setName(nameOf(fixture));
  resource.setProperties(Struct.fromJavaScript({ ...fixture.props }));
  resource.setOptions(optionsOf(fixture));
  resource.setProvider(providerOf(fixture));
  const urn = (name: string): string => urns.get(name) ?? name;
  if (fixture.parent !== undefined) resource.setParent(urn(fixture.parent));
  const dependsOn = Object.entries(fixture.dependsOn ?? {});
  resource.setDependenciesList(dependsOn.flatMap(([, names]) => names.map(urn)));
  for (const [property, names] of dependsOn) {
    const dependencies = new AnalyzerPropertyDependencies();
    dependencies.setUrnsList(names.map(urn));
    resource.getPropertydependenciesMap().set(property, dependencies);
  }
  return resource;
}

const MANDATORY = 1;

const answer = <R>(rpc: Rpc<R>, request: R): Promise<AnalyzeResponse> =>
  new Promise((resolve, reject) => {
    void rpc({ request }, (error, response) => {
      if (response === undefined) reject(error instanceof Error ? error : new Error(JSON.stringify(error)));
      else resolve(response);
    });
  });

async function call<R>(rpc: Rpc<R>, request: R, urn: string): Promise<Diagnostic[]> {
  const response = await answer(rpc, request);
  return response.getDiagnosticsList().map((diagnostic) => ({
    policy: diagnostic.getPolicyname(),
    message: diagnostic.getMessage(),
    urn: diagnostic.getUrn() || urn,
    mandatory: Number(diagnostic.getEnforcementlevel()) === MANDATORY,
  }));
}
