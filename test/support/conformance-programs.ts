import * as pulumi from "@pulumi/pulumi";
import type { Access } from "../../components/access";
import { assemble } from "../../components/assembly";
import { parseSettings } from "../../components/config/schema";
import type { Platform } from "../../components/core/platform";
import { DockerPlatform } from "../../components/platforms/docker";
import { absentOnKubernetes } from "../../components/platforms/kubernetes/absent";
import { Secrets } from "../../components/secrets";
import { Authority } from "../../components/tls";
import { arrowsAmong, memberNames, membersOf, type ServiceName } from "../../components/topology";
import { renderedByDocker } from "./conformance-docker";
import { renderedByKubernetes } from "./conformance-kubernetes";
import type { Outputs, View } from "./conformance-view";
import { manifestsOf, onKubernetes } from "./kubernetes-program";
import { recordProgram } from "./mocks";

/** Every member that there is. */
const CHOICE = { profile: "full", development: true } as const;
/** Of both stacks, so that they can be compared. */
export const STACK = "test";

/** Runs the whole wiring on a platform. Mail is asked for, so that the arrow to the mail catcher is used. */
function wire(platform: Platform, present: ReadonlySet<ServiceName>): Access {
  const settings = parseSettings({ ...CHOICE, alerts: { receiver: "email" } }, memberNames);
  const certificates = new Authority("authority", { commonName: "test" }, {});
  const secrets = new Secrets("secrets", {});
  return assemble(
    { stack: STACK, settings, present, absent: {}, withoutPages: [] },
    { platform, certificates, secrets },
    {},
  );
}

async function opened({ urls, logins, passwords }: Access): Promise<Outputs> {
  const open = await new Promise<Record<string, string>>((resolve) => void passwords.apply(resolve));
  return { urls, logins, passwords: open, passwordsAreSecret: await pulumi.isSecret(passwords) };
}

async function onDocker(): Promise<View> {
  const present = membersOf(CHOICE);
  const { result, resources } = await recordProgram(() => {
    const args = { stack: STACK, subnets: "10.89.0.0/20", memoryMiB: {}, egress: false };
    const arrows = arrowsAmong(present);
    const platform = new DockerPlatform(
      { ...args, arrows, imageOf: (name) => `registry.example/${name}` },
      {},
    );
    return opened(wire(platform, present));
  });
  return { present, resources, outputs: result, workloads: renderedByDocker(resources) };
}

async function onACluster(): Promise<View> {
  const absent = memberNames.filter((name) => name in absentOnKubernetes);
  const present = membersOf({ ...CHOICE, absent });
  const { result, resources } = await onKubernetes(
    (platform) => opened(wire(platform, present)),
    {},
    { stack: STACK, present, arrows: arrowsAmong(present) },
  );
  return { present, resources, outputs: result, workloads: renderedByKubernetes(manifestsOf(resources)) };
}

/** Every platform, and what makes it render the whole stack. */
export const platforms = { Docker: onDocker, Kubernetes: onACluster } as const;
export type PlatformName = keyof typeof platforms;

/** Members that a platform's own code says it cannot run, and why. */
export const absentOn: Readonly<Record<PlatformName, Readonly<Partial<Record<ServiceName, string>>>>> = {
  Docker: {},
  Kubernetes: absentOnKubernetes,
};
