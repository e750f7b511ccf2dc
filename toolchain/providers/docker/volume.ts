import type Docker from "dockerode";
import type { Props, ResourceType, Schema } from "../base/resource";
import { found, statusOf, wordsOf } from "./client";
import { type Inputs, LABELS, replacing, TEXT_MAP } from "./infer";
import { withName } from "./naming";
import { asChecked, dropUnset } from "./normal";
import { poll } from "./poll";
import { labelList, labelMap, present } from "./shape";

const LONGEST_USE_MS = 30_000;
const TEXT = { type: "string" } as const;

const PROPERTIES = replacing({
  name: TEXT,
  driver: TEXT,
  driverOpts: TEXT_MAP,
  labels: LABELS,
} as const satisfies Schema);

type VolumeInputs = Inputs<typeof PROPERTIES>;

/** `docker.Volume`. Its id is its name; a volume that exists already is taken over, as the engine does. */
export function volumeType(docker: () => Docker): ResourceType {
  return {
    properties: PROPERTIES,
    outputs: ["mountpoint", "driver"],

    check: async (inputs, olds, context) => ({
      inputs: withName(dropUnset(inputs, PROPERTIES), olds, context),
      failures: [],
    }),

    create: async (inputs) => {
      const options = toVolumeOptions(inputs);
      try {
        await docker().createVolume(options);
        return {
          id: options.Name,
          state: stateFrom(await docker().getVolume(options.Name).inspect(), inputs),
        };
      } catch (error) {
        throw new Error(`cannot create volume "${options.Name}": ${wordsOf(error)}`);
      }
    },

    read: async (id, olds) => {
      const info = await found(docker().getVolume(id).inspect());
      if (info === undefined) return undefined;
      const inputs = olds.inputs["name"] === undefined ? importedInputs(info) : olds.inputs;
      return { id: info.Name, inputs, state: stateFrom(info, inputs) };
    },

    delete: async (id, _olds, context) => {
      const remove = async () => {
        try {
          await docker().getVolume(id).remove({ force: true });
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return true;
          // A container that is being removed still holds it for a moment.
          if (wordsOf(error).includes("volume is in use")) return undefined;
          throw new Error(`cannot remove volume "${id}": ${wordsOf(error)}`);
        }
      };
      if ((await poll(remove, LONGEST_USE_MS, context.signal)) === undefined) {
        throw new Error(`volume "${id}" is still in use: see docker ps -a --filter volume=${id}`);
      }
    },
  };
}

/** The body of the engine's "create volume" call. */
export function toVolumeOptions(inputs: VolumeInputs): Docker.VolumeCreateOptions & { Name: string } {
  return present({
    Name: inputs.name ?? "",
    Driver: inputs.driver,
    DriverOpts: inputs.driverOpts,
    Labels: labelMap(inputs.labels),
  });
}

function stateFrom(info: Docker.VolumeInspectInfo, inputs: Props): Props {
  return { ...{ driver: info.Driver }, ...inputs, mountpoint: info.Mountpoint };
}

function importedInputs(info: Docker.VolumeInspectInfo): Props {
  const all = {
    name: info.Name,
    driver: info.Driver,
    driverOpts: { ...info.Options },
    labels: labelList(info.Labels),
  };
  return asChecked(all, PROPERTIES);
}
