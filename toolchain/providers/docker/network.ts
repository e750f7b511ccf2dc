import type Docker from "dockerode";
import type { Props, ResourceType, Schema } from "../base/resource";
import { found, statusOf, wordsOf } from "./client";
import { type Inputs, LABELS, replacing, setOf, TEXT_MAP } from "./infer";
import { withName } from "./naming";
import { asChecked, dropUnset } from "./normal";
import { poll } from "./poll";
import { labelList, labelMap, present } from "./shape";

const LONGEST_USE_MS = 30_000;
const TEXT = { type: "string" } as const;
const FLAG = { type: "boolean" } as const;

const PROPERTIES = replacing({
  name: TEXT,
  driver: TEXT,
  internal: FLAG,
  attachable: FLAG,
  ipv6: FLAG,
  ipamDriver: { type: "string", default: "default" },
  ipamOptions: TEXT_MAP,
  ipamConfigs: setOf({
    type: "object",
    properties: { subnet: TEXT, gateway: TEXT, ipRange: TEXT, auxAddress: TEXT_MAP },
  } as const),
  labels: LABELS,
  options: TEXT_MAP,
} as const satisfies Schema);

type NetworkInputs = Inputs<typeof PROPERTIES>;

/** `docker.Network`. Everything in it is fixed at its creation. */
export function networkType(docker: () => Docker): ResourceType {
  return {
    properties: PROPERTIES,
    outputs: ["scope", "driver", "internal", "ipamConfigs", "options"],

    check: async (inputs, olds, context) => ({
      inputs: withName(dropUnset(inputs, PROPERTIES), olds, context),
      failures: [],
    }),

    create: async (inputs) => {
      const options = toNetworkOptions(inputs);
      try {
        const { id } = await docker().createNetwork(options);
        return { id, state: stateFrom(await docker().getNetwork(id).inspect(), inputs) };
      } catch (error) {
        throw new Error(`cannot create network "${options.Name}": ${wordsOf(error)}`);
      }
    },

    read: async (id, olds) => {
      const info = await found(docker().getNetwork(id).inspect());
      if (info === undefined) return undefined;
      const inputs = olds.inputs["name"] === undefined ? importedInputs(info) : olds.inputs;
      return { id: info.Id, inputs, state: stateFrom(info, inputs) };
    },

    delete: async (id, _olds, context) => {
      const remove = async () => {
        try {
          await docker().getNetwork(id).remove();
          return true;
        } catch (error) {
          if (statusOf(error) === 404) return true;
          // A container that is being removed still holds its endpoint for a moment.
          if (wordsOf(error).includes("has active endpoints")) return undefined;
          throw new Error(`cannot remove network ${id.slice(0, 12)}: ${wordsOf(error)}`);
        }
      };
      if ((await poll(remove, LONGEST_USE_MS, context.signal)) === undefined) {
        const short = id.slice(0, 12);
        throw new Error(`network ${short} still has containers in it: see docker network inspect ${short}`);
      }
    },
  };
}

/** The body of the engine's "create network" call. */
export function toNetworkOptions(inputs: NetworkInputs): Docker.NetworkCreateOptions {
  return present({
    Name: inputs.name ?? "",
    CheckDuplicate: true,
    Driver: inputs.driver,
    Internal: inputs.internal,
    Attachable: inputs.attachable,
    EnableIPv6: inputs.ipv6,
    Labels: labelMap(inputs.labels),
    Options: inputs.options,
    IPAM: present({
      Driver: inputs.ipamDriver ?? "default",
      Options: inputs.ipamOptions,
      Config: inputs.ipamConfigs?.map(({ subnet, gateway, ipRange, auxAddress }) =>
        present({ Subnet: subnet, Gateway: gateway, IPRange: ipRange, AuxiliaryAddresses: auxAddress }),
      ),
    }),
  });
}

function stateFrom(info: Docker.NetworkInspectInfo, inputs: Props): Props {
  return {
    ...{
      driver: info.Driver,
      internal: info.Internal,
      options: { ...info.Options },
      ipamConfigs: ipamConfigs(info),
    },
    ...inputs,
    scope: info.Scope,
  };
}

function importedInputs(info: Docker.NetworkInspectInfo): Props {
  const all = {
    name: info.Name,
    driver: info.Driver,
    internal: info.Internal,
    attachable: info.Attachable,
    ipv6: info.EnableIPv6,
    ipamDriver: info.IPAM?.Driver ?? "default",
    ipamConfigs: ipamConfigs(info),
    labels: labelList(info.Labels),
    options: { ...info.Options },
  };
  return asChecked(all, PROPERTIES);
}

function ipamConfigs(info: Docker.NetworkInspectInfo): Props[] {
  return (info.IPAM?.Config ?? []).map((config) =>
    present({ subnet: config["Subnet"], gateway: config["Gateway"], ipRange: config["IPRange"] }),
  );
}
