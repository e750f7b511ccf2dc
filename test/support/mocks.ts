import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";

/** In every text that the mocks make up as a secret, so that a test can look for secrets where none may be. */
export const CANARY = "CANARY";

/** What the engine would have been asked to register. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly urn: string;
  /** URN of the parent; empty for the stack itself. */
  readonly parent: string;
  readonly protect: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly dependsOn: readonly string[];
  /** URNs that a property comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  /** Reference of the explicit provider; empty where the default one would be asked. */
  readonly provider: string;
  /** Inputs with secrets opened. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the inputs that hold a secret. */
  readonly secretInputs: readonly string[];
}

/** A program that has run under mocks. */
export interface Recording<T> {
  readonly resources: readonly Registered[];
  /** What the program returned, or what it returned as a promise. */
  readonly result: T;
}

type Callback = (error: unknown, response: { getUrn(): string } | undefined) => void;

/** What marks a value as a secret on its way to the engine (`specialSecretSig` of the SDK). */
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * Pulumi's own mocks, with a memory for what those leave out: parents, protection, order, secretness.
 * @returns the list to which everything is added that gets registered from now on
 */
async function useMocks(stack: string, preview: boolean): Promise<Registered[]> {
  const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => ({
    id: `${name}-id`,
    state: { ...inputs, ...madeUp(type, name) },
  });
  await pulumi.runtime.setMocks({ newResource, call: () => ({}) }, "semblance-curation", stack, preview);
  const monitor = mockMonitor();
  const registered: Registered[] = [];
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = async (request: RegisterResourceRequest, callback: Callback) =>
    register(request, (error: unknown, response: Parameters<Callback>[1]) => {
      if (response !== undefined) registered.push(record(request, response.getUrn()));
      callback(error, response);
    });
  return registered;
}

function mockMonitor(): MockMonitor {
  const monitor = pulumi.runtime.getMonitor();
  if (monitor instanceof MockMonitor) return monitor;
  throw new Error("Pulumi's mocks have changed: their monitor is another one");
}

function record(request: RegisterResourceRequest, urn: string): Registered {
  const raw: Record<string, unknown> = request.getObject()?.toJavaScript() ?? {};
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    urn,
    parent: request.getParent(),
    protect: request.getProtect() ?? false,
    deleteBeforeReplace: request.getDeletebeforereplace(),
    dependsOn: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      [...request.getPropertydependenciesMap().entries()].map(([key, value]) => [key, value.getUrnsList()]),
    ),
    provider: request.getProvider(),
    inputs: Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, open(value)])),
    secretInputs: Object.keys(raw).filter((key) => JSON.stringify(raw[key])?.includes(SECRET)),
  };
}

/** The value without the wrapping in which secrets travel. */
function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.some(([, inner]) => inner === SECRET))
    return open(entries.find(([key]) => key === "value")?.[1]);
  return Object.fromEntries(entries.map(([key, inner]) => [key, open(inner)]));
}

/** What a provider would have made up. Secret texts hold the canary; they are not marked, so that the program must do it. */
function madeUp(type: string, name: string): Record<string, unknown> {
  const digest = createHash("sha256").update(name).digest("hex");
  const pem = (title: string, text: string) => `-----BEGIN ${title}-----\n${text}\n-----END ${title}-----\n`;
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return {
        result: `${CANARY}${digest.slice(0, 26)}`,
        bcryptHash: `$2a$10$${CANARY}${digest.slice(0, 47)}`,
      };
    case "random:index/randomBytes:RandomBytes":
      return { hex: `${CANARY}${digest}`, base64: `${CANARY}${digest.slice(0, 37)}=` };
    case "tls:index/privateKey:PrivateKey":
      return { privateKeyPem: pem("EC PRIVATE KEY", `${CANARY}${digest}`) };
    case "tls:index/certRequest:CertRequest":
      return { certRequestPem: pem("CERTIFICATE REQUEST", digest) };
    case "tls:index/selfSignedCert:SelfSignedCert":
    case "tls:index/locallySignedCert:LocallySignedCert":
      return { certPem: pem("CERTIFICATE", digest), validityEndTime: "2027-12-24T00:00:00Z" };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: `sha256:${digest}`, repoDigest: `example@sha256:${digest}` };
    case "docker:index/container:Container":
      return { exitCode: 0 };
    default:
      return {};
  }
}

/**
 * Runs a program under mocks, waits until everything that it registers is registered, and tells what that was.
 * In a preview, what only a provider could tell is not known.
 * @throws what the program throws
 */
export async function recordProgram<T>(
  program: () => T | Promise<T>,
  stack = "dev",
  { preview = false } = {},
): Promise<Recording<Awaited<T>>> {
  const resources = await useMocks(stack, preview);
  // Pulumi takes a stack trace of every promise; looking each up in the source maps is half of the time of a run.
  process.setSourceMapsEnabled(false);
  try {
    const result = await program();
    await pulumi.runtime.disconnect();
    return { resources, result };
  } finally {
    process.setSourceMapsEnabled(true);
  }
}
