import type Docker from "dockerode";
import { schemaDiff } from "../../base/diff";
import { type Diff, hasUnknown, type Props, type ResourceType } from "../../base/resource";
import { found, wordsOf } from "../client";
import { withName } from "../naming";
import { asChecked, dropUnset } from "../normal";
import { redact } from "../redact";
import { createContainer, readyState } from "./create";
import { driftedInputs, isReady } from "./drift";
import { importedInputs } from "./import";
import {
  CONTAINER_OUTPUT_TYPES,
  CONTAINER_OUTPUTS,
  CONTAINER_PROPERTIES,
  type ContainerInputs,
} from "./properties";
import { removeContainer } from "./remove";
import { containerFailures } from "./rules";
import { FAILED, stateFrom } from "./state";
import { toUpdateOptions } from "./to-engine";

/** What the engine can raise and lower on a living container, but not take away again. */
const LIMITS = ["memory", "memorySwap", "memoryReservation", "cpuShares", "cpuSet"] as const;

/** `docker.Container`. */
export function containerType(docker: () => Docker): ResourceType {
  const handle = (id: string) => docker().getContainer(id);
  return {
    properties: CONTAINER_PROPERTIES,
    outputs: CONTAINER_OUTPUTS,
    outputTypes: () => CONTAINER_OUTPUT_TYPES,
    secretOutputs: ["containerLogs"],
    deleteBeforeReplace: true,

    check: async (inputs, olds, context) => {
      const named = withName(dropUnset(inputs, CONTAINER_PROPERTIES), olds, context);
      return { inputs: named, failures: containerFailures(named) };
    },

    diff: containerDiff,
    unknownAfterUpdate: ({ inputs }, news) =>
      inputs["mustRun"] === false && news["mustRun"] === true ? ["networkDatas"] : [],

    create: (inputs, context) => createContainer(docker(), known(inputs), context),

    read: async (id, olds) => {
      const info = await found(handle(id).inspect());
      if (info === undefined) return undefined;
      if (olds.inputs["image"] === undefined) {
        const image = await found(docker().getImage(info.Image).inspect());
        const inputs = asChecked(importedInputs(info, image), CONTAINER_PROPERTIES);
        return { id: info.Id, inputs, state: stateFrom(info, known(inputs)) };
      }
      const inputs = driftedInputs(info, known(olds.inputs));
      const failed = olds.state[FAILED] === true && !isReady(info, inputs);
      const logs = olds.state["containerLogs"];
      const state: Props = { ...stateFrom(info, inputs) };
      if (failed) state[FAILED] = true;
      if (logs !== undefined) state["containerLogs"] = logs;
      return { id: info.Id, inputs, state };
    },

    update: async (id, olds, news, context) => {
      const [before, after] = [toUpdateOptions(known(olds.inputs)), toUpdateOptions(known(news))];
      const container = handle(id);
      try {
        if (JSON.stringify(before) !== JSON.stringify(after)) await container.update(after);
        const idle = news["attach"] !== true && news["mustRun"] !== false && news["start"] !== false;
        const { State } = await container.inspect();
        if (!idle || State.Running) return stateFrom(await container.inspect(), known(news));
        await container.start();
      } catch (error) {
        throw new Error(
          `cannot update container "${String(news["name"])}": ${redact(wordsOf(error), known(news))}`,
        );
      }
      return readyState(container, known(news), context);
    },

    delete: (id, olds, context) => removeContainer(handle(id), known(olds.inputs), context.signal),
  };
}

/** By the schema, but for a failed container and for a limit that is taken away: both need a new container. */
export function containerDiff(olds: { readonly inputs: Props; readonly state: Props }, news: Props): Diff {
  const { replace, update } = schemaDiff(CONTAINER_PROPERTIES, olds.inputs, news);
  const dropped = update.filter((property) =>
    LIMITS.some((limit) => limit === property && news[limit] === undefined),
  );
  return {
    replace: [...replace, ...dropped, ...(olds.state[FAILED] === true ? [FAILED] : [])],
    update: update.filter((property) => !dropped.includes(property)),
    deleteBeforeReplace: true,
  };
}

/** Inputs outside a preview: checked by the schema that their type comes from, and free of unknown values. */
function known(inputs: Props): ContainerInputs {
  if (hasUnknown(inputs)) throw new Error("docker provider: an input is unknown outside a preview");
  return inputs as ContainerInputs;
}
