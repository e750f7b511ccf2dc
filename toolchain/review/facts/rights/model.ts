/** Something that somebody may do. */
export interface Right {
  readonly system: System;
  /** Who: `role semblance-prod-s3-mlflow`, `Group data/leads`, `label_studio`. */
  readonly who: string;
  /** What: an action or a verb, as the system itself writes it. Wildcards stay wildcards. */
  readonly may: string;
  /** With what: an ARN, `pods in semblance-prod-data`, a host. */
  readonly on: string;
  /** Under which conditions; empty for none. */
  readonly when: string;
}

export const systems = [
  "kubernetes",
  "aws",
  "gateway",
  "minio",
  "postgres",
  "elasticsearch",
  "weaviate",
  "door",
  "elasticache",
] as const;
export type System = (typeof systems)[number];

/** The rights of one side, and where it says something that nobody can read. */
export interface Rights {
  readonly given: readonly Right[];
  /** What is refused whatever is given: IAM's denials. */
  readonly denied: readonly Right[];
  /** What gives rights and cannot be read from a preview, each with the reason. */
  readonly unread: readonly string[];
}

/** What is the same right on both sides. */
export const keyOf = ({ system, who, may, on, when }: Right): string =>
  [system, who, on, when, may].join("\u0000");

export const noRights: Rights = { given: [], denied: [], unread: [] };

/** All rights of several systems. */
export const together = (all: readonly Rights[]): Rights => ({
  given: all.flatMap(({ given }) => given),
  denied: all.flatMap(({ denied }) => denied),
  unread: all.flatMap(({ unread }) => unread),
});

/** Names of policies of AWS and roles of clusters that give everything, or nearly. */
const MIGHTY = /admin|fullaccess|poweruser/i;

/** Whether a right has a wildcard in it, or is all that a policy called so allows. */
export const isWide = ({ may, on }: Right): boolean =>
  may.includes("*") || on.includes("*") || (may.startsWith(WHATEVER) && MIGHTY.test(may));

const WHATEVER = "do whatever ";

/** What a policy or a role that is not in the preview allows. */
export const whatever = (name: string): string => `${WHATEVER}${name} allows`;
