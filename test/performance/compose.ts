import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { z } from "zod";
import { FILES } from "../../components/core/workload";
import { resourcesOf, type StateResource } from "./state";

const text = z.string();
const containerSchema = z.object({
  name: text,
  hostname: text.optional(),
  image: text,
  entrypoints: z.array(text),
  envs: z.array(text).default([]),
  user: text,
  readOnly: z.boolean(),
  tmpfs: z.record(text, text).default({}),
  init: z.boolean(),
  securityOpts: z.array(text),
  memory: z.number(),
  memorySwap: z.number(),
  cpus: text,
  ulimits: z.array(z.object({ name: text, soft: z.number(), hard: z.number() })),
  logDriver: text,
  logOpts: z.record(text, text),
  labels: z.array(z.object({ label: text, value: text })),
  capabilities: z.object({ drops: z.array(text), adds: z.array(text).default([]) }),
  networksAdvanced: z.array(
    z.object({ name: text, ipv4Address: text.optional(), aliases: z.array(text).default([]) }),
  ),
  volumes: z.array(
    z.object({
      volumeName: text.optional(),
      hostPath: text.optional(),
      containerPath: text,
      readOnly: z.boolean().default(false),
    }),
  ),
  ports: z.array(z.object({ internal: z.number(), external: z.number(), ip: text })).default([]),
  healthcheck: z
    .object({ tests: z.array(text), interval: text, timeout: text, retries: z.number(), startPeriod: text })
    .optional(),
  restart: text,
});
type Container = z.output<typeof containerSchema>;

const networkSchema = z.object({
  name: text,
  internal: z.boolean().default(false),
  options: z.record(text, text).default({}),
  ipamConfigs: z.array(z.object({ subnet: text, gateway: text, ipRange: text })),
});

const carrierSchema = z.object({
  volumes: z.array(z.object({ volumeName: text })).length(1),
  uploads: z.array(z.object({ file: text, content: text })),
});

const CARRIER = "-files-carrier";

/**
 * Writes a compose project that starts the same containers as a state describes, with the same limits, networks, health checks and
 * order, on volumes of its own: what `npm run up` is compared with. Answers with its folder, which only its owner can read: it
 * holds the stack's secrets.
 * @param exported what `pulumi stack export --show-secrets` prints
 */
export function writeComposeProject(exported: string): string {
  const folder = mkdtempSync(join(tmpdir(), "semblance-compose-"));
  const resources = resourcesOf(exported);
  const ofType = (type: string): StateResource[] => resources.filter((each) => each.type === type);
  const networks = ofType("docker:index/network:Network");
  const all = ofType("docker:index/container:Container");
  const carriers = all.filter(({ name }) => name.endsWith(CARRIER));
  const containers = all.filter((each) => !carriers.includes(each));
  const folders = new Map(carriers.map((carrier) => writeFiles(folder, carrier)));
  const context = {
    networkOf: new Map(networks.map(({ id, name }) => [id, name])),
    folderOf: folders,
    serverOf: new Map(
      containers.map(({ urn, name, inputs }) => [urn, { name, server: "healthcheck" in inputs }]),
    ),
  };
  const services = Object.fromEntries(containers.map((each) => [each.name, service(each, context)]));
  const project = {
    name: "semblance-compose",
    services,
    networks: Object.fromEntries(networks.map(({ name, inputs }) => [name, network(inputs)])),
    volumes: Object.fromEntries(
      Object.values(services).flatMap(({ named }) => named.map((volume) => [volume, {}])),
    ),
  };
  // A dollar sign would be a variable.
  const escaped = JSON.stringify(project, (key, value: unknown) => (key === "named" ? undefined : value), 1);
  writeFileSync(join(folder, "compose.yaml"), escaped.replaceAll("$", "$$$$"));
  return folder;
}

interface Context {
  readonly networkOf: ReadonlyMap<string, string>;
  /** Folder of a files volume, by the volume's name. */
  readonly folderOf: ReadonlyMap<string, string>;
  readonly serverOf: ReadonlyMap<string, { readonly name: string; readonly server: boolean }>;
}

/** The files of a workload, as a folder beside the compose file. */
function writeFiles(folder: string, { name, inputs }: StateResource): [volume: string, folder: string] {
  const { volumes, uploads } = carrierSchema.parse(inputs);
  const root = join(folder, "files", name.slice(0, -CARRIER.length));
  for (const { file, content } of uploads) {
    const path = join(root, relative(FILES, file));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content, { mode: 0o444 });
  }
  return [volumes[0]?.volumeName ?? "", root];
}

function service({ inputs, dependencies }: StateResource, context: Context) {
  const container = containerSchema.parse(inputs);
  const waits = dependencies.flatMap((urn) => context.serverOf.get(urn) ?? []);
  const volumes = container.volumes.map((volume) => mount(volume, context.folderOf));
  return {
    image: container.image,
    pull_policy: "never",
    hostname: container.hostname,
    entrypoint: container.entrypoints,
    environment: container.envs,
    user: container.user,
    read_only: container.readOnly,
    tmpfs: Object.entries(container.tmpfs).map(([path, options]) => `${path}:${options}`),
    init: container.init,
    security_opt: container.securityOpts,
    mem_limit: `${container.memory}m`,
    memswap_limit: `${container.memorySwap}m`,
    cpus: Number(container.cpus),
    ulimits: Object.fromEntries(container.ulimits.map(({ name, soft, hard }) => [name, { soft, hard }])),
    logging: { driver: container.logDriver, options: container.logOpts },
    labels: Object.fromEntries(container.labels.map(({ label, value }) => [label, value])),
    cap_drop: container.capabilities.drops,
    cap_add: container.capabilities.adds,
    networks: Object.fromEntries(
      container.networksAdvanced.map(({ name, ipv4Address, aliases }) => [
        context.networkOf.get(name) ?? name,
        { ...(ipv4Address === undefined ? {} : { ipv4_address: ipv4Address }), aliases },
      ]),
    ),
    volumes,
    named: volumes.flatMap(({ type, source }) => (type === "volume" ? [source] : [])),
    ports: container.ports.map(({ internal, external, ip }) => `${ip}:${external}:${internal}`),
    ...healthOf(container),
    restart: container.restart,
    depends_on: Object.fromEntries(
      waits.map(({ name, server }) => [
        name,
        { condition: server ? "service_healthy" : "service_completed_successfully" },
      ]),
    ),
  };
}

function mount(volume: Container["volumes"][number], folderOf: Context["folderOf"]) {
  const source = volume.hostPath ?? folderOf.get(volume.volumeName ?? "");
  const rest = { target: volume.containerPath, read_only: volume.readOnly };
  return source === undefined
    ? { type: "volume", source: volume.volumeName ?? "", ...rest }
    : { type: "bind", source, ...rest };
}

const healthOf = ({ healthcheck }: Container) =>
  healthcheck === undefined
    ? {}
    : {
        healthcheck: {
          test: healthcheck.tests,
          interval: healthcheck.interval,
          timeout: healthcheck.timeout,
          retries: healthcheck.retries,
          start_period: healthcheck.startPeriod,
        },
      };

function network(inputs: StateResource["inputs"]) {
  const { internal, options, ipamConfigs } = networkSchema.parse(inputs);
  return {
    internal,
    driver_opts: options,
    ipam: {
      config: ipamConfigs.map(({ subnet, gateway, ipRange }) => ({ subnet, gateway, ip_range: ipRange })),
    },
  };
}
