import type { View } from "../view";
import { awsExposure } from "./aws";
import { dockerExposure } from "./docker";
import { gatewayHosts } from "../gateway";
import { kubernetesExposure } from "./kubernetes";
import type { Exposure } from "./model";

export type { Exposure } from "./model";

/** Everything of one side that can be reached from outside. */
export const exposureOf = (view: View): Exposure[] => [
  ...dockerExposure(view),
  ...kubernetesExposure(view),
  ...awsExposure(view),
  ...gatewayHosts(view).map(({ host }): Exposure => ({
    platform: "gateway",
    what: `host ${host}`,
    from: "",
    wide: false,
  })),
];
