import { LABEL } from "../../../components/platforms/docker/names";
import { z } from "zod";
import type { PulumiCli } from "./cli";

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  delete: z.boolean().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

const operationSchema = z.looseObject({ type: z.string(), resource: resourceSchema });

const exportSchema = z.looseObject({
  version: z.number(),
  deployment: z.looseObject({
    resources: z.array(resourceSchema).nullish(),
    pending_operations: z.array(operationSchema).nullish(),
  }),
});

/** A resource as the state holds it. */
export type StateResource = z.infer<typeof resourceSchema>;
/** The state of a stack, as `pulumi stack export` gives it. Secrets in it are encrypted. */
export type StackState = z.infer<typeof exportSchema>;

/** Reads the state of a stack. */
export async function readState(cli: PulumiCli): Promise<StackState> {
  return exportSchema.parse(JSON.parse(await cli.capture(["stack", "export"])));
}

/** The resources of a state. */
export const resourcesOf = (state: StackState): readonly StateResource[] => state.deployment.resources ?? [];

/** Operations that were under way when a run was killed. */
export const pendingOf = (state: StackState): NonNullable<StackState["deployment"]["pending_operations"]> =>
  state.deployment.pending_operations ?? [];

/** The type tokens of what lies on the engine. */
export const DOCKER = {
  container: "docker:index/container:Container",
  network: "docker:index/network:Network",
  volume: "docker:index/volume:Volume",
} as const;

const labelsSchema = z.array(z.object({ label: z.string(), value: z.string() }));

/** The Docker labels of a resource, by name. */
export function labelsOf(
  values: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, string>> {
  const labels = labelsSchema.safeParse(values?.["labels"]);
  return labels.success ? Object.fromEntries(labels.data.map(({ label, value }) => [label, value])) : {};
}

/** The outputs of the program: what the stack resource holds. Secret ones are encrypted here. */
export function outputsOf(state: StackState): Readonly<Record<string, unknown>> {
  return resourcesOf(state).find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs ?? {};
}

/** The servers that the state holds, with the id of their image. */
export function servicesOf(state: StackState): Map<string, string> {
  const containers = resourcesOf(state).filter(
    ({ type, delete: doomed }) => type === DOCKER.container && doomed !== true,
  );
  return new Map(
    containers.flatMap(({ inputs }) => {
      const service = labelsOf(inputs)[LABEL.service];
      const image = inputs?.["image"];
      return service === undefined ? [] : [[service, typeof image === "string" ? image : ""] as const];
    }),
  );
}
