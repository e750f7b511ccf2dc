import type { ContainerLogs } from "../../core/platform";
import { members, type ServiceName } from "../../topology";
import { namespaceOf } from "./names";
import { tiers } from "./tiers";

/** How what reads logs on the nodes finds those of a stack. */
export const containerLogs = (stack: string, present: ReadonlySet<ServiceName>): ContainerLogs => ({
  format: "cri",
  namespaces: tiers.map((tier) => namespaceOf(stack, tier)),
  servers: [...present].filter((member) => members[member].kind === "server"),
});
