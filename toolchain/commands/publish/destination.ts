import type { Settings } from "../../../components/config/schema";
import { type ImageName, images } from "../../../components/images";
import { imagesOf } from "../../../components/member-images";
import { scopeOf } from "../../../components/platforms/aws/settings";
import { absentOnKubernetes } from "../../../components/platforms/kubernetes/absent";
import { memberNames, membersOf } from "../../../components/topology";
import { UserError } from "../../errors";

/** What a stack's cluster pulls that nobody but this project makes, and from where. */
export interface Destination {
  /** Host, and a path if it has one. */
  readonly registry: string;
  readonly names: readonly ImageName[];
}

/**
 * Where the images of a stack belong: the registry that its settings name, or the one that a stack in AWS makes for itself.
 * @throws UserError for a stack that runs on Docker, ConfigError for one in AWS that does not say where
 */
export function destinationOf(stack: string, settings: Settings): Destination {
  const { target, aws, kubernetes } = settings;
  if (target === "docker") {
    throw new UserError(
      `stack "${stack}" runs on Docker, which takes its images from this machine: there is nothing to publish`,
      "npm run publish -- --stack NAME, of a stack whose settings.target is kubernetes or aws",
    );
  }
  const members = membersOf({
    ...settings,
    absent: memberNames.filter((name) => name in absentOnKubernetes),
    ...(target === "aws" ? { managed: aws.managed } : {}),
  });
  const names = imagesOf(members, settings).filter((name) => images[name].published === undefined);
  const registry = settings.images.registry ?? ecrOf(scopeOf(stack, aws, kubernetes.gpuSharing));
  return { registry: registry.replace(/\/+$/, ""), names };
}

/** The registry that the stack makes in ECR. */
const ecrOf = ({ accountId, region, prefix }: ReturnType<typeof scopeOf>): string =>
  `${accountId}.dkr.ecr.${region}.amazonaws.com/${prefix}`;
