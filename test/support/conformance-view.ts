import assert from "node:assert/strict";
import type { ServiceName } from "../../components/topology";
import type { Text } from "./recorded-program";
import type { Registered } from "./mocks";

/** What a platform has made of a server or a job, in words that every platform shares. */
export interface Rendered {
  readonly member: ServiceName;
  /** The member's name; a job's own. */
  readonly name: string;
  /** The stack and the member, or the job, as the object's labels say. */
  readonly marks: { readonly stack: string | undefined; readonly of: string | undefined };
  /** Name of its image in images.ts. */
  readonly image: string;
  readonly command: readonly string[];
  readonly env: ReadonlyMap<string, Text>;
  /** By their paths. */
  readonly files: ReadonlyMap<string, Text>;
  readonly user: { readonly uid: number; readonly gid: number };
  /** What the process may do besides what its user may. */
  readonly powers: {
    readonly writesRoot: boolean;
    readonly escalates: boolean;
    readonly drops: readonly string[];
    readonly adds: readonly string[];
    /** Folders of the machine that it sees. */
    readonly machine: readonly string[];
  };
  readonly limits: { readonly cpu: number; readonly memoryMiB: number };
  /** How it tells that it is ready, and the longest that may take. Absent: nobody asks. */
  readonly ready: { readonly command: readonly string[]; readonly withinSeconds: number } | undefined;
  /** Names that lead to it, for its clients. */
  readonly names: readonly string[];
  /** Names that it was given besides those that everybody knows. */
  readonly hosts: readonly string[];
  /** Members to which it gets through. */
  readonly reaches: ReadonlySet<ServiceName>;
  /** Ports at which the outside gets in. */
  readonly published: readonly number[];
  /** Its data, by where it is mounted, and whether the data is protected. */
  readonly volumes: ReadonlyMap<string, { readonly kept: boolean }>;
}

/** Where people go and how they log in: the outputs of a stack. */
export interface Outputs {
  readonly urls: Readonly<Record<string, string>>;
  readonly logins: readonly { readonly service: string; readonly passwordOutput: string }[];
  readonly passwords: Readonly<Record<string, string>>;
  readonly passwordsAreSecret: boolean;
}

/** A whole stack as one platform renders it. */
export interface View {
  /** The members that the platform runs. */
  readonly present: ReadonlySet<ServiceName>;
  readonly workloads: readonly Rendered[];
  readonly resources: readonly Registered[];
  readonly outputs: Outputs;
}

/** What is rendered of a member: one server, or some jobs. */
export const workloadsOf = ({ workloads }: View, member: ServiceName): readonly Rendered[] =>
  workloads.filter((one) => one.member === member);

/** Everything that a process is told. */
export const toldTo = ({ command, env, files }: Rendered): string =>
  [...command, ...[...env.values(), ...files.values()].map(({ text }) => text)].join("\n");

/** Name of an image in the registry of the tests. */
export const imageName = (reference: string): string =>
  /^registry\.example\/([\w-]+)/.exec(reference)?.[1] ?? assert.fail(`${reference} is no image of the tests`);
