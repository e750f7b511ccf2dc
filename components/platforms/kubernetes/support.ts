import { UnsupportedError } from "../../core/errors";
import type { WorkloadSpec } from "../../core/workload";
import type { ServiceName } from "../../topology";
import type { Process } from "./pod";
import { tierOf } from "./tiers";

const refuse = (service: string, field: string, remedy: string): never => {
  throw new UnsupportedError({ service, field, platform: "kubernetes", remedy });
};

/** @throws UnsupportedError where Pod Security would refuse the pods of a server or a job */
export function assertAdmitted(
  member: ServiceName,
  { user, views = [] }: Process & Pick<WorkloadSpec, "views">,
) {
  if (tierOf[member] === "nodes") return;
  const remedy = (instead: string) =>
    `Pod Security refuses it in every tier but nodes: ${instead}make it a member of that tier in components/platforms/kubernetes/tiers.ts`;
  if (user.uid === 0) refuse(member, "user.uid 0", remedy("give it a uid of its own, or "));
  if (views.length > 0) refuse(member, `views ${views.join(", ")}`, remedy(""));
}

/** @throws UnsupportedError where a server asks for what this stack or this platform does not have */
export function assertServed(
  service: ServiceName,
  { egress, sources = {} }: WorkloadSpec,
  stack: { readonly egress: boolean },
): void {
  if (egress && !stack.egress) {
    const remedy =
      "this stack was made without a way out; give egress: true to KubernetesPlatform in index.ts";
    refuse(service, "egress", remedy);
  }
  if (Object.keys(sources).length > 0) {
    refuse(service, "sources", "folders of the operator's machine are not on the nodes; give them as files");
  }
}
