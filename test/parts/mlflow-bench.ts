import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import type { GeneratedLogin, Leaf } from "../../components/core/foundation";
import { Sensitive } from "../../components/core/values";
import { FILES, type JobSpec, type WorkloadSpec } from "../../components/core/workload";
import { docker, execute, logsOf } from "../support/engine";
import { open, textsOf } from "../support/samples";
import { until } from "../support/until";
import { builtImage } from "../engine/gateway-bench";

const PREFIX = "t-mlflow-";

/** Keys as the stack makes them: random, of letters and digits. */
export const login = (username: string): GeneratedLogin => {
  const password = `pw${username.replace(/\W/g, "")}0123456789abcdef`;
  return { username, password: Sensitive.of(password), bcryptHash: Sensitive.of("unused") };
};

/** The password behind `login`, for a client of the test. */
export const passwordOf = async (of: GeneratedLogin): Promise<string> => (await open(of.password)).text;

/** A throw-away certificate authority whose certificates pass OpenSSL's strict mode, as those of the stack do. */
export class StrictAuthority {
  private readonly folder = mkdtempSync(join(tmpdir(), `${PREFIX}pki-`));
  readonly ca: string;

  constructor() {
    const extensions = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
    this.openssl("req", "-x509", ...this.newKey("ca"), "-days", "2", ...extensions, "-out", "ca.crt");
    this.ca = readFileSync(join(this.folder, "ca.crt"), "utf8");
  }

  /** A certificate for DNS names and the loopback address. */
  issue(...names: readonly [string, ...string[]]): Leaf {
    const [name] = names;
    const alternatives = [...names.map((dns) => `DNS:${dns}`), "IP:127.0.0.1"].join(",");
    writeFileSync(
      join(this.folder, "extensions"),
      `subjectAltName=${alternatives}\nauthorityKeyIdentifier=keyid\nbasicConstraints=critical,CA:FALSE\n`,
    );
    this.openssl("req", ...this.newKey(name), "-out", `${name}.csr`);
    const by = [
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-days",
      "2",
      "-extfile",
      "extensions",
    ];
    this.openssl("x509", "-req", "-in", `${name}.csr`, ...by, "-out", `${name}.crt`);
    const read = (file: string) => readFileSync(join(this.folder, file), "utf8");
    return { certificate: pulumi.output(read(`${name}.crt`)), key: Sensitive.of(read(`${name}.key`)) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private newKey(name: string): string[] {
    const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
    return [...curve, "-subj", `/CN=${name}`, "-keyout", `${name}.key`];
  }

  private openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { cwd: this.folder, stdio: "pipe" });
  }
}

/** A network without a way out, and containers in it that run as the Docker platform runs them. */
export class Bench {
  private readonly folder = mkdtempSync(join(tmpdir(), PREFIX));
  private network: Docker.Network | undefined;

  /** Removes what an interrupted run left behind, and makes the network. */
  async open(subnet: string): Promise<void> {
    await this.close();
    mkdirSync(this.folder, { recursive: true });
    this.network = await docker.createNetwork({
      Name: `${PREFIX}net`,
      Internal: true,
      IPAM: { Config: [{ Subnet: subnet }] },
    });
  }

  /** Starts a server under its name and further ones, and waits until its own probe says that it is ready. */
  async serve(
    name: string,
    spec: WorkloadSpec,
    address: string,
    aliases: readonly string[] = [],
  ): Promise<string> {
    const container = await this.create(name, spec, {
      aliases: [name, ...aliases],
      address,
      volumes: Object.values(spec.volumes ?? {}).map(({ mountPath }) => mountPath),
    });
    await container.start();
    await until({ what: `${name} to be ready`, limitSeconds: 60, everySeconds: 0.3 }, async () => {
      const { State } = await container.inspect();
      if (!State.Running) throw new Error(`it ended: ${await logsOf(container.id)}`);
      const { code, stdout, stderr } = await execute(container.id, spec.ready.command);
      if (code !== 0) throw new Error(`${stdout}${stderr}`);
      return true;
    });
    return container.id;
  }

  /** Runs a job to its end, removes it, and tells its exit code and what it said. */
  async job(name: string, spec: JobSpec): Promise<{ readonly code: number; readonly logs: string }> {
    const container = await this.create(name, spec, { aliases: [], volumes: [] });
    await container.start();
    const answer: unknown = await container.wait();
    const logs = await logsOf(container.id);
    await container.remove({ v: true });
    const code =
      typeof answer === "object" && answer !== null && "StatusCode" in answer ? answer.StatusCode : -1;
    return { code: Number(code), logs };
  }

  /** Removes all of it. */
  async close(): Promise<void> {
    const containers = await docker.listContainers({ all: true, filters: { name: [`^/${PREFIX}`] } });
    await Promise.all(containers.map(({ Id }) => docker.getContainer(Id).remove({ force: true, v: true })));
    const networks = await docker.listNetworks({ filters: { name: [`^${PREFIX}net$`] } });
    for (const { Id } of networks) await docker.getNetwork(Id).remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async create(
    name: string,
    spec: Omit<JobSpec, "rerunOn" | "timeoutSeconds">,
    place: {
      readonly aliases: readonly string[];
      readonly address?: string;
      readonly volumes: readonly string[];
    },
  ): Promise<Docker.Container> {
    const folder = join(this.folder, name);
    for (const [path, value] of Object.entries(spec.files ?? {})) {
      const target = join(folder, path.slice(FILES.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, (await open(value)).text, { mode: 0o444 });
    }
    chmodSync(this.folder, 0o755);
    const owned = `uid=${spec.user.uid},gid=${spec.user.gid}`;
    const network = this.network?.id ?? "none";
    return docker.createContainer({
      name: `${PREFIX}${name}`,
      Image: await builtImage(spec.image),
      Entrypoint: [...spec.command],
      Cmd: [],
      Env: [...(await textsOf(spec.env))].map(([variable, { text }]) => `${variable}=${text}`),
      User: `${spec.user.uid}:${spec.user.gid}`,
      HostConfig: {
        Binds: [`${folder}:${FILES}:ro`],
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Memory: spec.resources.memoryMiB * 2 ** 20,
        MemorySwap: spec.resources.memoryMiB * 2 ** 20,
        NanoCpus: spec.resources.cpu * 1e9,
        Init: true,
        Tmpfs: Object.fromEntries(
          (spec.writable ?? []).map((path) => [path, `rw,nosuid,nodev,noexec,size=128m,${owned},mode=0750`]),
        ),
        // Without a name: they go with the container.
        Mounts: place.volumes.map((Target) => ({ Type: "volume", Source: "", Target })),
        NetworkMode: network,
      },
      NetworkingConfig: {
        EndpointsConfig: {
          [network]: {
            Aliases: [...place.aliases],
            ...(place.address === undefined ? {} : { IPAMConfig: { IPv4Address: place.address } }),
          },
        },
      },
    });
  }
}
