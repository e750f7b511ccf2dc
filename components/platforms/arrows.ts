import type { AnyConnection } from "../core/connection";
import { TopologyError } from "../core/errors";
import { type Arrow, members, type ServiceName } from "../topology";

/** The arrows of a stack, and which of them its specs have used so far: an arrow that nothing uses is a mistake. */
export class ArrowUse {
  private readonly used = new Set<Arrow>();

  constructor(private readonly arrows: readonly Arrow[]) {}

  /**
   * The arrows behind the connections of a spec.
   * @throws TopologyError when a connection has none
   */
  of(from: ServiceName, uses: readonly AnyConnection[]): Arrow[] {
    const drawn = this.arrows.filter((arrow) => arrow.from === from);
    return uses.map((connection) => {
      const arrow = drawn.find(({ to, port }) => to === connection.server && port === connection.port);
      if (arrow === undefined) {
        throw new TopologyError(
          `${from} uses port ${connection.port} of ${connection.server} without an arrow; ` +
            `add { from: "${from}", to: "${connection.server}", port: "${connection.port}", as: "…" } to components/topology/arrows.ts, or drop the connection`,
        );
      }
      this.used.add(arrow);
      return arrow;
    });
  }

  /** Those of `all` that no spec has used so far. */
  unused(all: readonly Arrow[]): readonly Arrow[] {
    return all.filter((arrow) => !this.used.has(arrow));
  }
}

/** @throws TopologyError when the member keeps running, so that a job cannot act as it */
export function assertJob(member: ServiceName): void {
  if (members[member].kind !== "job")
    throw new TopologyError(`${member} is a server in topology/arrows.ts, not a job`);
}
