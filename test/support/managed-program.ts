import { z } from "zod";
import { assemble } from "../../components/assembly";
import { corsOrigins } from "../../components/assembly/objects";
import type { Access } from "../../components/access";
import { parseSettings } from "../../components/config/schema";
import { managedServices } from "../../components/platforms/aws/managed";
import { KubernetesPlatform } from "../../components/platforms/kubernetes";
import { Secrets } from "../../components/secrets";
import { siteOf } from "../../components/site";
import { Authority } from "../../components/tls";
import { type Arrow, arrowsAmong, memberNames, membersOf, type ServiceName } from "../../components/topology";
import { recordAws } from "./aws-mocks";
import { type Manifest, manifestsOf } from "./kubernetes-program";
import type { Registered } from "./mocks";

/** What is bought of all that can be. */
export interface Bought {
  readonly s3: boolean;
  readonly postgres: boolean;
  readonly redis: boolean;
}

/** A whole stack on AWS, with these services bought. */
export interface ManagedProgram {
  readonly present: ReadonlySet<ServiceName>;
  readonly arrows: readonly Arrow[];
  readonly unused: readonly Arrow[];
  readonly access: Access;
  readonly resources: readonly Registered[];
  readonly manifests: readonly Manifest[];
}

/** Runs the wiring on a cluster in AWS, under mocks. */
export async function managedProgram(managed: Bought): Promise<ManagedProgram> {
  const choice = { profile: "full", development: true } as const;
  const present = membersOf({ ...choice, managed });
  const arrows = arrowsAmong(present, managed);
  const settings = parseSettings({ ...choice, alerts: { receiver: "email" } }, memberNames);
  let made: Pick<ManagedProgram, "access" | "unused"> | undefined;
  const { resources } = await recordAws({
    settings: { managed },
    and: (foundation, kubernetes) => {
      const opts = { providers: [kubernetes] };
      const platform = new KubernetesPlatform(
        {
          stack: "prod",
          present,
          imageOf: (name) => `registry.example/${name}:1@sha256:${"0".repeat(64)}`,
          memoryMiB: {},
          arrows,
          egress: false,
          settings: settings.kubernetes,
          managed: managedServices(foundation, { managed, corsOrigins: corsOrigins(siteOf(settings)) }),
        },
        opts,
      );
      const certificates = new Authority("authority", { commonName: "test" }, {});
      const access = assemble(
        { stack: "prod", settings, present, absent: {}, withoutPages: [] },
        { platform, certificates, secrets: new Secrets("secrets", {}) },
        opts,
      );
      made = { access, unused: platform.unusedArrows(arrows) };
    },
  });
  if (made === undefined) throw new Error("the program did not run");
  return { ...made, present, arrows, resources, manifests: manifestsOf(resources) };
}

/** The texts of the files and secret variables that a workload is given, by their keys in its ConfigMap and its Secrets. */
function givenTo({ manifests }: ManagedProgram, workload: string): ReadonlyMap<string, string> {
  const holders = manifests.filter(
    ({ kind, name }) =>
      ["Secret", "ConfigMap"].includes(kind) && [`${workload}-files`, `${workload}-env`].includes(name),
  );
  return new Map(
    holders.flatMap(({ kind, object }) =>
      Object.entries(z.object({ data: z.record(z.string(), z.string()) }).parse(object).data).map(
        ([key, text]) => [key, kind === "Secret" ? Buffer.from(text, "base64").toString() : text],
      ),
    ),
  );
}

/** One of those texts. */
export const textGiven = (program: ManagedProgram, workload: string, key: string): string | undefined =>
  givenTo(program, workload).get(key);

/** All of those texts. */
export const textsGiven = (program: ManagedProgram, workload: string): readonly string[] => [
  ...givenTo(program, workload).values(),
];
