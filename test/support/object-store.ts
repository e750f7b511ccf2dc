import { PassThrough } from "node:stream";
import { randomBytes } from "node:crypto";
import { docker } from "./engine";
import { readAll } from "./engine";
import { until } from "./until";

const USER = "stateuser";
const PASSWORD = "state-password";
const BUCKET = "state";

/** A MinIO of the tests' own, with one bucket. */
export class ObjectStore {
  private constructor(
    private readonly id: string,
    readonly port: number,
  ) {}

  /** Starts it from the project's own image; undefined where that is not on this engine. */
  static async start(): Promise<ObjectStore | undefined> {
    const filters = { reference: ["semblance-curation/minio:*"] };
    const [image] = (await docker.listImages({ filters: JSON.stringify(filters) })).sort(
      (a, b) => b.Created - a.Created,
    );
    if (image === undefined) return undefined;
    const container = await docker.createContainer({
      name: `semblance-test-store-${randomBytes(3).toString("hex")}`,
      Image: image.Id,
      Cmd: ["minio", "server", "/data", "--quiet"],
      Env: [`MINIO_ROOT_USER=${USER}`, `MINIO_ROOT_PASSWORD=${PASSWORD}`],
      ExposedPorts: { "9000/tcp": {} },
      HostConfig: {
        AutoRemove: true,
        PortBindings: { "9000/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
        Tmpfs: { "/data": "uid=10002,gid=10002", "/tmp": "" },
      },
    });
    await container.start();
    const { NetworkSettings } = await container.inspect();
    const store = new ObjectStore(container.id, Number(NetworkSettings.Ports["9000/tcp"]?.[0]?.HostPort));
    await until({ what: "the store", limitSeconds: 60 }, async () => {
      await store.mc(["alias", "set", "me", "http://127.0.0.1:9000", USER, PASSWORD]);
      await store.mc(["mb", "--ignore-existing", `me/${BUCKET}`]);
      return true;
    });
    return store;
  }

  /** Keys that may do everything in it, as AWS' SDK reads them. */
  readonly keys = { AWS_ACCESS_KEY_ID: USER, AWS_SECRET_ACCESS_KEY: PASSWORD } as const;

  /** The URL of a backend in it. */
  url(folder: string, more = "&request_checksum_calculation=when_supported", bucket = BUCKET): string {
    return `s3://${bucket}/${folder}?endpoint=http://127.0.0.1:${this.port}&s3ForcePathStyle=true&region=us-east-1${more}`;
  }

  /** Keys of the objects below a folder. */
  async objects(folder: string): Promise<readonly string[]> {
    const text = await this.mc(["find", `me/${BUCKET}/${folder}`]);
    return text.split("\n").filter((line) => line !== "");
  }

  content(object: string): Promise<string> {
    return this.mc(["cat", object]);
  }

  /** Puts an object that somebody else would have put. */
  async put(path: string, content: string): Promise<void> {
    await this.run([
      "sh",
      "-c",
      'printf %s "$1" | mc pipe --quiet "$2"',
      "sh",
      content,
      `me/${BUCKET}/${path}`,
    ]);
  }

  async remove(): Promise<void> {
    await docker.getContainer(this.id).remove({ force: true });
  }

  private mc(args: readonly string[]): Promise<string> {
    return this.run(["mc", "--quiet", ...args]);
  }

  private async run(command: readonly string[]): Promise<string> {
    const exec = await docker
      .getContainer(this.id)
      .exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true, Env: ["MC_CONFIG_DIR=/tmp/mc"] });
    const stream = await exec.start({});
    const [out, err] = [new PassThrough(), new PassThrough()];
    docker.modem.demuxStream(stream, out, err);
    stream.on("end", () => (out.end(), err.end()));
    const [stdout, stderr] = await Promise.all([readAll(out), readAll(err)]);
    const { ExitCode } = await exec.inspect();
    if (ExitCode !== 0) throw new Error(`${command.join(" ")}: ${stdout.toString()}${stderr.toString()}`);
    return stdout.toString();
  }
}
