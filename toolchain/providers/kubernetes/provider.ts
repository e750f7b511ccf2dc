import type { Provider } from "../base/resource";
import { Connection } from "./connection";
import { objectType } from "./resource";
import { CONFIG, diffSettings, settingsOf } from "./settings";

/** The stand-in for Pulumi's Kubernetes provider where that one cannot be downloaded: any kind, one object at a time. */
export function kubernetesProvider(version: string): Provider {
  const said = new Set<string>();
  let connection: Connection | undefined;
  // Before it is configured nothing is dialled, but resources can be checked.
  const current = () => (connection ??= new Connection(settingsOf({})));
  return {
    name: "kubernetes",
    version,
    configSchema: CONFIG,
    dials: ["kubeconfig"],
    diffConfig: diffSettings,
    configure: (config) => {
      connection = new Connection(settingsOf(config));
      return Promise.resolve();
    },
    resources: {},
    resourceOf: (token) => objectType(token, current, said),
  };
}
