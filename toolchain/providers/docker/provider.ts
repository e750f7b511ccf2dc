import type Docker from "dockerode";
import type { Props, Provider, Schema } from "../base/resource";
import { type ClientConfig, connect } from "./client";
import { containerType } from "./container/resource";
import { networkType } from "./network";
import { remoteImageType } from "./remote-image";
import { volumeType } from "./volume";

const TEXT = { type: "string" } as const;

/** Left out on purpose, so that Check refuses it by name: registryAuth, sshOpts and context. */
const CONFIG = {
  host: TEXT,
  caMaterial: TEXT,
  certMaterial: TEXT,
  keyMaterial: { type: "string", secret: true },
  certPath: TEXT,
  disableDockerDaemonCheck: { type: "boolean" },
} as const satisfies Schema;

/** The stand-in for Pulumi's Docker provider where that one cannot be downloaded: one engine, four resource types. */
export function dockerProvider(version: string): Provider {
  let client: Docker | undefined;
  let config: ClientConfig = {};
  const docker = () => (client ??= connect(config));
  return {
    name: "docker",
    version,
    configSchema: CONFIG,
    configure: async (checked) => {
      config = textsOf(checked);
      client = undefined;
    },
    resources: {
      "docker:index/container:Container": containerType(docker),
      "docker:index/network:Network": networkType(docker),
      "docker:index/remoteImage:RemoteImage": remoteImageType(docker),
      "docker:index/volume:Volume": volumeType(docker),
    },
  };
}

/** What is unknown in a preview is left out: nothing is dialled there. */
function textsOf(config: Props): ClientConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => typeof value === "string"));
}
