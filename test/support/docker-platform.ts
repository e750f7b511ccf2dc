import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DockerPlatform } from "../../components/platforms/docker";
import { arrowsAmong, membersOf } from "../../components/topology";
import { recordProgram, type Registered } from "./mocks";

/** The arrows of a small stack. */
export const core = arrowsAmong(membersOf({ profile: "core", development: false }));

/** Runs `use` with a platform and a parent, and tells what was registered. */
export function onPlatform<T>(
  use: (platform: DockerPlatform, parent: pulumi.ComponentResource) => T,
  memoryMiB: Readonly<Record<string, number>> = {},
) {
  return recordProgram(() => {
    const imageOf = (name: string) => `registry.example/${name}`;
    const platform = new DockerPlatform(
      { stack: "dev", subnets: "10.89.0.0/20", imageOf, memoryMiB, arrows: core, egress: false },
      {},
    );
    return use(platform, new pulumi.ComponentResource("test:index:Parent", "parent"));
  });
}

/** Those of a type. */
export const ofType = (resources: readonly Registered[], type: string) =>
  resources.filter((one) => one.type === type);

/** The one resource of a name. */
export function only(resources: readonly Registered[], name: string): Registered {
  const [found, ...more] = resources.filter((one) => one.name === name);
  assert.ok(found && more.length === 0, `${name} among ${resources.map((one) => one.name).join(", ")}`);
  return found;
}
