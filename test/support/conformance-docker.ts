import assert from "node:assert/strict";
import { z } from "zod";
import { FILES } from "../../components/core/workload";
import { LABEL } from "../../components/platforms/docker/names";
import { arrowName, arrows, memberNames, members, type ServiceName } from "../../components/topology";
import { sha256 } from "./conformance-secrets";
import { imageName, type Rendered } from "./conformance-view";
import type { Registered } from "./mocks";
import type { Text } from "./recorded-program";

const container = z.object({
  name: z.string(),
  image: z.string(),
  entrypoints: z.array(z.string()),
  envs: z.array(z.string()).default([]),
  labels: z.array(z.object({ label: z.string(), value: z.string() })),
  user: z.string().regex(/^\d+:\d+$/),
  readOnly: z.boolean().default(false),
  privileged: z.boolean().default(false),
  securityOpts: z.array(z.string()).default([]),
  capabilities: z
    .object({ adds: z.array(z.string()).default([]), drops: z.array(z.string()).default([]) })
    .default({ adds: [], drops: [] }),
  cpus: z.coerce.number(),
  memory: z.number(),
  healthcheck: z.object({ tests: z.array(z.string()) }).optional(),
  waitTimeout: z.number().default(0),
  networksAdvanced: z
    .array(
      z.object({
        name: z.string(),
        ipv4Address: z.string().optional(),
        aliases: z.array(z.string()).default([]),
      }),
    )
    .default([]),
  ports: z.array(z.object({ external: z.number() })).default([]),
  volumes: z
    .array(
      z.object({
        volumeName: z.string().optional(),
        hostPath: z.string().optional(),
        containerPath: z.string(),
      }),
    )
    .default([]),
});
const carrier = z.object({ uploads: z.array(z.object({ file: z.string(), content: z.string() })) });

type Container = z.infer<typeof container> & { readonly resource: Registered; readonly member: ServiceName };

const CARRIER = "-files-carrier";

/** The servers and the jobs among what was registered with the Docker provider. */
export function renderedByDocker(resources: readonly Registered[]): Rendered[] {
  const containers = resources
    .filter(({ type, name }) => type.endsWith(":Container") && !name.endsWith(CARRIER))
    .map((resource) => ({ ...container.parse(resource.inputs), resource, member: memberOf(resource) }));
  return containers.map((one) => {
    const { resource, networksAdvanced: networks } = one;
    const [uid = 0, gid = 0] = one.user.split(":").map(Number);
    const label = (name: string) => one.labels.find((each) => each.label === name)?.value;
    return {
      member: one.member,
      name: resource.name,
      marks: { stack: label(LABEL.stack), of: label(LABEL.service) ?? label(LABEL.job) },
      image: imageOf(one, resources),
      command: one.entrypoints,
      env: envOf(one),
      files: filesOf(one, resources),
      user: { uid, gid },
      powers: {
        writesRoot: !one.readOnly,
        escalates: one.privileged || !one.securityOpts.includes("no-new-privileges:true"),
        drops: one.capabilities.drops,
        adds: one.capabilities.adds.map((name) => name.replace(/^CAP_/, "")),
        machine: one.volumes.flatMap(({ hostPath }) => hostPath ?? []),
      },
      limits: { cpu: one.cpus, memoryMiB: one.memory },
      ready:
        one.healthcheck === undefined
          ? undefined
          : { command: one.healthcheck.tests.slice(1), withinSeconds: one.waitTimeout },
      names: [...new Set(networks.filter(isServer).flatMap(({ aliases }) => aliases))],
      hosts: [],
      reaches: new Set(
        networks
          .filter((network) => !isServer(network))
          .flatMap(({ name }) => containers.filter((peer) => serves(peer, name)).map(({ member }) => member)),
      ),
      published: one.ports.map(({ external }) => external),
      volumes: volumesOf(one, resources),
    };
  });
}
type Membership = Container["networksAdvanced"][number];

/** Only a server has an address of its own in a network: there it listens. */
const isServer = ({ ipv4Address }: Membership): boolean => ipv4Address !== undefined;
const serves = ({ networksAdvanced }: Container, network: string): boolean =>
  networksAdvanced.some((one) => one.name === network && isServer(one));

/**
 * A server is called after its member. A job has a name of its own: it acts as the job from which the arrow of one of its
 * networks starts.
 */
function memberOf({ name, inputs }: Registered): ServiceName {
  const server = memberNames.find((member) => member === name && members[member].kind === "server");
  if (server !== undefined) return server;
  const { networksAdvanced } = container.parse(inputs);
  const arrow = arrows.find(
    ({ from, net }) =>
      members[from].kind === "job" && networksAdvanced.some((one) => one.name === networkId(net)),
  );
  return arrow?.from ?? assert.fail(`${name} is no server, and no arrow says which job it is`);
}

/** Id of the network with a number, as the mocks give it out. It is called after the first arrow with that number. */
function networkId(net: number): string {
  const first = arrows.find((arrow) => arrow.net === net);
  return first === undefined ? "" : `networks-${arrowName(first)}-id`;
}

/** Name of the image whose id a container has. */
function imageOf({ image }: Container, resources: readonly Registered[]): string {
  const found = resources.find(
    ({ type, name }) => type.endsWith(":RemoteImage") && image === `sha256:${sha256(name)}`,
  );
  return imageName(String(found?.inputs["name"]));
}

function envOf({ envs, resource }: Container): ReadonlyMap<string, Text> {
  const secret = resource.secretInputs.includes("envs");
  return new Map(
    envs.map((line) => [
      line.slice(0, line.indexOf("=")),
      { text: line.slice(line.indexOf("=") + 1), secret },
    ]),
  );
}

/** The files of a container come by way of another one. They are as secret as that one's list of files. */
function filesOf(
  { resource, volumes }: Container,
  resources: readonly Registered[],
): ReadonlyMap<string, Text> {
  if (!volumes.some(({ containerPath }) => containerPath === FILES)) return new Map();
  const found = resources.find(({ name }) => name === `${resource.name}${CARRIER}`);
  assert.ok(found, `${resource.name} has a volume of files that nobody fills`);
  const secret = found.secretInputs.includes("uploads");
  return new Map(
    carrier.parse(found.inputs).uploads.map(({ file, content }) => [file, { text: content, secret }]),
  );
}

function volumesOf({ volumes }: Container, resources: readonly Registered[]): Rendered["volumes"] {
  return new Map(
    volumes
      .filter(({ volumeName, containerPath }) => volumeName !== undefined && containerPath !== FILES)
      .map(({ volumeName, containerPath }) => {
        const found = resources.find(
          ({ type, inputs }) => type.endsWith(":Volume") && inputs["name"] === volumeName,
        );
        assert.ok(found, `${volumeName ?? ""} is no volume of the stack`);
        return [containerPath, { kept: found.protect }];
      }),
  );
}
