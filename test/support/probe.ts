import { docker, executeOk, serversOf } from "./engine";
import { type Listening, listeningIn, type Reached } from "./reach";
import { stackName } from "./stack";

/** Name of the member that stands for everything that is not part of the stack, in what was reached. */
export const OUTSIDE = "outside";
const OUTSIDE_PORT = 7777;
/** 127.0.0.11: the engine itself answers questions for names there, in every container. */
const DOCKER_RESOLVER = "0B00007F";

/**
 * Tries every `address:port` of its arguments at the same time and prints those that accept. Perl, because the image of
 * PostgreSQL has it wherever it comes from; inside the network of a service, because that is where the service would stand.
 * A packet may pass one router, the engine's machine: beyond it, proxies exist that accept every connection.
 */
const CONNECT = String.raw`
use strict; use Socket qw(:DEFAULT IPPROTO_IP IP_TTL); use Fcntl; use IO::Select; use Errno qw(EINPROGRESS);
while (my @some = splice @ARGV, 0, 500) {
  my %open; my $select = IO::Select->new;
  for my $target (@some) {
    my ($host, $port) = split /:/, $target;
    socket(my $socket, PF_INET, SOCK_STREAM, 0) or die "socket: $!";
    setsockopt($socket, IPPROTO_IP, IP_TTL, pack("i", 2)) or die "ttl: $!";
    fcntl($socket, F_SETFL, O_NONBLOCK) or die "fcntl: $!";
    if (connect($socket, pack_sockaddr_in($port, inet_aton($host)))) { print "$target\n"; next }
    next unless $!{EINPROGRESS};
    $open{fileno $socket} = $target; $select->add($socket);
  }
  my $end = time + 4;
  while ($select->count && time < $end) {
    for my $socket ($select->can_write(0.2)) {
      print "$open{fileno $socket}\n" if unpack("i", getsockopt($socket, SOL_SOCKET, SO_ERROR)) == 0;
      $select->remove($socket);
    }
  }
}`;

const LISTEN = `use IO::Socket::INET; my $s = IO::Socket::INET->new(Listen => 5, LocalPort => ${OUTSIDE_PORT}) or die; sleep 3600`;

/** A place to try connections from, with the addresses and ports at which it can be tried itself. */
interface Post {
  readonly member: string;
  readonly addresses: readonly string[];
  readonly listening: readonly Listening[];
  readonly helper: string;
}

/** One helper container in the network namespace of every server, and one outside of all. Works with a remote engine too. */
export class Probes {
  /** @param helpers name of the helper container of each member */
  private constructor(private readonly helpers: ReadonlyMap<string, string>) {}

  static async start(): Promise<Probes> {
    const servers = await serversOf();
    const image = servers.get("postgres")?.Image;
    if (image === undefined) throw new Error(`stack ${stackName} is not up; run: npm run up`);
    const places = [
      ...[...servers].map(([member, { Id }]) => [member, `container:${Id}`] as const),
      [OUTSIDE, "bridge"] as const,
    ];
    const probes = new Probes(
      new Map(places.map(([member]) => [member, `t-live-probe-${stackName}-${member}`])),
    );
    const started = await Promise.allSettled(
      places.map(([member, network]) => startHelper(probes.helper(member), image, member, network)),
    );
    const failure = started.find(({ status }) => status === "rejected");
    if (failure === undefined) return probes;
    await probes.stop();
    throw new Error("a helper did not start", { cause: failure });
  }

  private helper(member: string): string {
    return this.helpers.get(member) ?? member;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.helpers.values()].map(removeIfThere));
  }

  /** Tries every port that anybody listens on, at every address of everybody, from everywhere. */
  async tryAll(): Promise<{
    readonly seen: readonly Reached[];
    readonly tried: number;
    readonly posts: readonly Post[];
  }> {
    const posts = await Promise.all([...this.helpers].map(([member, helper]) => this.post(member, helper)));
    const ports = [...new Set(posts.flatMap(({ listening }) => listening.map(({ port }) => port)))];
    let tried = 0;
    const seen = await Promise.all(
      posts.map(async (source) => {
        const targets = posts.filter(({ member }) => member !== source.member);
        const places = new Map(
          targets.flatMap((target) =>
            target.addresses.flatMap((address) =>
              ports.map((port) => [`${address}:${port}`, { to: target.member, port }]),
            ),
          ),
        );
        tried += places.size;
        const open = await executeOk(source.helper, ["perl", "-e", CONNECT, ...places.keys()]);
        return lines(open).flatMap((place) => {
          const reached = places.get(place);
          return reached === undefined ? [] : [{ from: source.member, ...reached }];
        });
      }),
    );
    return { seen: seen.flat(), tried, posts };
  }

  /** The members from which any of these `address:port` accepts a connection, each with those that do. */
  async whoReaches(
    places: readonly string[],
  ): Promise<{ readonly member: string; readonly place: string }[]> {
    const found = await Promise.all(
      [...this.helpers].map(async ([member, helper]) =>
        lines(await executeOk(helper, ["perl", "-e", CONNECT, ...places])).map((place) => ({
          member,
          place,
        })),
      ),
    );
    return found.flat();
  }

  private async post(member: string, helper: string): Promise<Post> {
    const owner = member === OUTSIDE ? helper : (await serversOf()).get(member)?.Id;
    if (owner === undefined) throw new Error(`${member} is gone`);
    const [{ NetworkSettings }, table] = await Promise.all([
      docker.getContainer(owner).inspect(),
      executeOk(helper, ["cat", "/proc/net/tcp", "/proc/net/tcp6"]),
    ]);
    const addresses = Object.values(NetworkSettings.Networks).map(({ IPAddress }) => IPAddress);
    return {
      member,
      addresses: addresses.filter((address) => address !== ""),
      listening: listeningIn(table).filter(({ address }) => address !== DOCKER_RESOLVER),
      helper,
    };
  }
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

async function startHelper(name: string, image: string, member: string, network: string): Promise<void> {
  await removeIfThere(name);
  const helper = await docker.createContainer({
    name,
    Image: image,
    Entrypoint: ["perl", "-e", member === OUTSIDE ? LISTEN : "sleep 3600"],
    User: "65534:65534",
    HostConfig: { NetworkMode: network, CapDrop: ["ALL"], Init: true },
  });
  await helper.start();
}

async function removeIfThere(nameOrId: string): Promise<void> {
  try {
    await docker.getContainer(nameOrId).remove({ force: true });
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** 404: there is none. 409: it is being removed already. */
const isGone = (error: unknown): boolean =>
  typeof error === "object" &&
  error !== null &&
  "statusCode" in error &&
  (error.statusCode === 404 || error.statusCode === 409);
