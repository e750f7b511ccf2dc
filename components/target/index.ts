import { awsTarget } from "./aws";
import { dockerTarget } from "./docker";
import { kubernetesTarget } from "./kubernetes";
import type { Target, TargetArgs } from "./target";

export type { Target, TargetArgs } from "./target";

/** The target that the settings ask for. */
export function targetOf(args: TargetArgs): Target {
  switch (args.settings.target) {
    case "docker":
      return dockerTarget(args);
    case "kubernetes":
      return kubernetesTarget(args);
    case "aws":
      return awsTarget(args);
  }
}
