import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { z } from "zod";
import { readAll } from "./engine";

/** What the registry is asked to do wrong, or to insist on. */
export interface RegistryBehaviour {
  /** `name:password` that it asks for. @default takes everybody */
  readonly login?: string;
  /** Answers a request with this status instead of doing it. */
  readonly fails?: (request: string) => number | undefined;
}

interface Manifest {
  readonly type: string;
  readonly content: Buffer;
}

const manifestSchema = z.looseObject({
  config: z.object({ digest: z.string() }),
  layers: z.array(z.object({ digest: z.string() })),
});

const REPOSITORY = "[a-z0-9._/-]+";
const UPLOADS = new RegExp(`^/v2/(${REPOSITORY})/blobs/uploads/([0-9a-f-]*)$`);
const BLOB = new RegExp(`^/v2/${REPOSITORY}/blobs/(sha256:[0-9a-f]{64})$`);
const MANIFEST = new RegExp(`^/v2/(${REPOSITORY})/manifests/([A-Za-z0-9._:-]+)$`);

const digestOf = (content: Buffer): string => `sha256:${createHash("sha256").update(content).digest("hex")}`;

/**
 * An image registry in memory, which needs nothing to be installed: the part of the OCI Distribution Specification by which
 * Docker pushes and pulls, with digests verified and manifests refused whose layers are not there. The same runs were made
 * by hand against Debian's `docker-registry` 2.8.2, from which the answers were taken.
 */
export class TestRegistry {
  /** What was asked, such as `PUT /v2/x/manifests/1`, in order. */
  readonly requests: string[] = [];
  behaviour: RegistryBehaviour = {};
  private readonly blobs = new Map<string, Buffer>();
  private readonly uploads = new Map<string, Buffer[]>();
  private readonly manifests = new Map<string, Manifest>();

  private constructor(private readonly server: Server) {
    server.on("request", (request: IncomingMessage, response: ServerResponse) => {
      this.answer(request, response).catch((error: unknown) => response.destroy(new Error(String(error))));
    });
  }

  /** Starts one on a free port. Docker speaks plain HTTP with loopback addresses. */
  static async start(): Promise<TestRegistry> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    return new TestRegistry(server);
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    if (this.server.listening) await once(this.server, "close");
  }

  get host(): string {
    return `127.0.0.1:${z.object({ port: z.number() }).parse(this.server.address()).port}`;
  }

  /** Requests that write something. */
  get writes(): readonly string[] {
    return this.requests.filter((request) => /^(PUT|POST|PATCH) /.test(request));
  }

  /** The digest that a tag names. */
  digest(repository: string, tag: string): string | undefined {
    const manifest = this.manifests.get(`${repository}:${tag}`);
    return manifest === undefined ? undefined : digestOf(manifest.content);
  }

  tags(repository: string): string[] {
    return [...this.manifests.keys()]
      .filter((key) => key.startsWith(`${repository}:`) && !key.includes(":sha256:"))
      .map((key) => key.slice(repository.length + 1));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    const url = new URL(request.url ?? "/", "http://registry");
    const asked = `${method} ${url.pathname}`;
    this.requests.push(asked);
    const body = await readAll(request);
    const { login, fails } = this.behaviour;
    if (login !== undefined && headers.authorization !== `Basic ${Buffer.from(login).toString("base64")}`) {
      response.setHeader("WWW-Authenticate", 'Basic realm="test"');
      return refuse(response, 401, "UNAUTHORIZED", "authentication required");
    }
    const status = fails?.(asked);
    if (status !== undefined) return refuse(response, status, "UNKNOWN", "out of order");
    const upload = UPLOADS.exec(url.pathname);
    if (upload !== null) return this.upload(upload, method, url, body, response);
    const blob = BLOB.exec(url.pathname)?.[1];
    if (blob !== undefined) return send(response, method, this.blobs.get(blob), "BLOB_UNKNOWN");
    const [, repository, reference] = MANIFEST.exec(url.pathname) ?? [];
    if (repository !== undefined && reference !== undefined) {
      if (method === "PUT")
        return this.putManifest(repository, reference, headers["content-type"], body, response);
      const manifest = this.manifests.get(`${repository}:${reference}`);
      if (manifest !== undefined) response.setHeader("Content-Type", manifest.type);
      return send(response, method, manifest?.content, "MANIFEST_UNKNOWN");
    }
    if (url.pathname === "/v2/") response.end("{}");
    else refuse(response, 404, "UNSUPPORTED", asked);
  }

  /** A blob comes in pieces; the last request names its digest. */
  private upload(
    [, repository, started]: RegExpExecArray,
    method: string,
    url: URL,
    body: Buffer,
    response: ServerResponse,
  ): void {
    const id = started === "" || started === undefined ? randomUUID() : started;
    const pieces = [...(this.uploads.get(id) ?? []), body];
    const digest = url.searchParams.get("digest");
    if (method !== "PUT" || digest === null) {
      this.uploads.set(id, pieces);
      const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
      response.writeHead(202, {
        Location: `/v2/${repository}/blobs/uploads/${id}`,
        "Docker-Upload-UUID": id,
        Range: `0-${Math.max(0, length - 1)}`,
      });
      response.end();
      return;
    }
    this.uploads.delete(id);
    const content = Buffer.concat(pieces);
    if (digestOf(content) !== digest) return refuse(response, 400, "DIGEST_INVALID", digest);
    this.blobs.set(digest, content);
    created(response, `/v2/${repository}/blobs/${digest}`, digest);
  }

  private putManifest(
    repository: string,
    reference: string,
    type: string | undefined,
    content: Buffer,
    response: ServerResponse,
  ): void {
    const { config, layers } = manifestSchema.parse(JSON.parse(content.toString("utf8")));
    const lacking = [config, ...layers].find(({ digest }) => !this.blobs.has(digest));
    if (lacking !== undefined) return refuse(response, 400, "MANIFEST_BLOB_UNKNOWN", lacking.digest);
    const digest = digestOf(content);
    for (const name of [reference, digest])
      this.manifests.set(`${repository}:${name}`, { type: type ?? "", content });
    created(response, `/v2/${repository}/manifests/${digest}`, digest);
  }
}

function created(response: ServerResponse, location: string, digest: string): void {
  response.writeHead(201, { Location: location, "Docker-Content-Digest": digest });
  response.end();
}

function send(response: ServerResponse, method: string, content: Buffer | undefined, lacking: string): void {
  if (content === undefined)
    return refuse(response, 404, lacking, lacking.replaceAll("_", " ").toLowerCase());
  response.writeHead(200, { "Docker-Content-Digest": digestOf(content), "Content-Length": content.length });
  response.end(method === "HEAD" ? undefined : content);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errors: [{ code, message }] }));
}
