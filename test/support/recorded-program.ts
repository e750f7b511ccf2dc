import { assemble } from "../../components/assembly";
import { parseSettings } from "../../components/config/schema";
import type { AnyConnection } from "../../components/core/connection";
import type { TextValue } from "../../components/core/values";
import type { JobSpec, WorkloadSpec } from "../../components/core/workload";
import { Secrets } from "../../components/secrets";
import { Authority } from "../../components/tls";
import { type Choice, memberNames, membersOf, type ServiceName } from "../../components/topology";
import { recordProgram, type Registered } from "./mocks";
import { RecordingPlatform } from "./recording-platform";
import { textsOf } from "./samples";

/** A text and whether it is marked as a secret. */
export interface Text {
  readonly text: string;
  readonly secret: boolean;
}

/** A workload as the whole program asks for it, with the texts of its files and variables. */
export interface Workload {
  readonly member: ServiceName;
  /** The member's name; a job's own. */
  readonly name: string;
  readonly spec: Omit<JobSpec, "rerunOn" | "timeoutSeconds">;
  readonly server: WorkloadSpec | undefined;
  readonly env: ReadonlyMap<string, Text>;
  readonly files: ReadonlyMap<string, Text>;
  readonly uses: readonly AnyConnection[];
}

/** All workloads of a program, and the resources beside them: secrets and certificates. */
export interface RecordedProgram {
  readonly present: ReadonlySet<ServiceName>;
  readonly workloads: readonly Workload[];
  readonly resources: readonly Registered[];
}

/** What development mode may be asked for besides. */
export interface Development {
  /** Services that log at debug level. */
  readonly debug?: readonly string[];
  /** The platform shows workloads the project's folders. */
  readonly mountsSources?: boolean;
}

/** Runs the wiring on a platform that records. Nothing is started. */
export async function recordedProgram(
  choice: Choice,
  { debug = [], mountsSources = false }: Development = {},
): Promise<RecordedProgram> {
  const present = membersOf(choice);
  const { profile, development } = choice;
  const { result, resources } = await recordProgram(async () => {
    const platform = new RecordingPlatform(present, mountsSources);
    const certificates = new Authority("authority", { commonName: "test" }, {});
    const secrets = new Secrets("secrets", {});
    // Mail, so that the arrow to the mail catcher is used.
    const alerts = development ? { receiver: "email" } : {};
    const settings = parseSettings({ profile, development, alerts, debug }, memberNames);
    assemble(
      { stack: "test", settings, present, absent: {}, withoutPages: [] },
      { platform, certificates, secrets },
      {},
    );
    const servers = [...platform.servers].map(([member, spec]) => read(member, member, spec, spec));
    const jobs = platform.jobs.map(({ member, name, spec }) => read(member, name, spec, undefined));
    return Promise.all([...servers, ...jobs]);
  });
  return { present, workloads: result, resources };
}

async function read(
  member: ServiceName,
  name: string,
  spec: Omit<JobSpec, "rerunOn" | "timeoutSeconds">,
  server: WorkloadSpec | undefined,
): Promise<Workload> {
  const values: Readonly<Record<string, TextValue>> = spec.files ?? {};
  const [env, files] = await Promise.all([textsOf(spec.env), textsOf(values)]);
  return { member, name, spec, server, env, files, uses: spec.uses };
}
