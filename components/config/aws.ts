import { z } from "zod";
import { cluster, edge, network, threeOf, WORLD } from "./aws-network";
import { nodeSettings, sharingProblems } from "./aws-nodes";
import type { GpuSharing } from "./gpu";
import { overlap, parseRange, type Range } from "./range";

const managed = z
  .strictObject({
    s3: z.boolean().default(true).describe("S3 in MinIO's place."),
    postgres: z.boolean().default(false).describe("RDS in place of PostgreSQL in the cluster."),
    redis: z.boolean().default(false).describe("ElastiCache in place of Redis in the cluster."),
  })
  .prefault({});

const postgres = z
  .strictObject({
    instanceClass: z
      .string()
      .regex(/^db\.[a-z0-9]+\.[a-z0-9]+$/, "a class such as db.m7g.large")
      .default("db.m7g.large")
      .describe("Size of the database server."),
    version: z.coerce
      .string()
      .regex(/^1[5-8](\.\d+)?$/, "a version of PostgreSQL from 15 to 18")
      .default("17")
      .describe("PostgreSQL's version; AWS applies its minor updates."),
    storageGiB: z.int().min(20).max(65536).default(50).describe("Storage at first."),
    maxStorageGiB: z.int().min(20).max(65536).default(200).describe("Storage to which it grows."),
    multiAz: z.boolean().default(true).describe("A standby in another zone that takes over."),
    backupDays: z.int().min(1).max(35).default(14).describe("How far back any second can be restored."),
  })
  .superRefine(({ storageGiB, maxStorageGiB }, context) => {
    if (maxStorageGiB < storageGiB * 1.1)
      context.addIssue({
        code: "custom",
        path: ["maxStorageGiB"],
        message: `at least ${Math.ceil(storageGiB * 1.1)}: a tenth more than storageGiB, or AWS refuses it`,
      });
  })
  .prefault({});

const redis = z
  .strictObject({
    nodeType: z
      .string()
      .regex(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, "a type such as cache.t4g.small")
      .default("cache.t4g.small")
      .describe("Size of a cache node."),
    nodes: z
      .int()
      .min(2)
      .max(6)
      .default(2)
      .describe("One that writes, and the others in other zones that can take over."),
    snapshotDays: z.int().min(1).max(35).default(7).describe("How many daily snapshots are kept."),
  })
  .prefault({});

const budget = z
  .strictObject({
    monthlyUsd: z.int().min(1).max(10_000_000).default(1500).describe("Planned cost per month."),
    emails: z
      .array(z.email())
      .max(10)
      .default([])
      .describe("Who is told at 80 % and 100 %, and when 100 % is foreseen. None: there is no budget."),
  })
  .prefault({});

/** Settings of a stack on AWS; the descriptions are what docs/configuration.md shows. */
export const awsSettings = z
  .strictObject({
    accountId: z.coerce
      .string()
      .regex(/^\d{12}$/, "12 digits, in quotes")
      .optional()
      .describe("The account. Credentials for another one are refused."),
    region: z
      .string()
      .regex(/^(?!cn-|us-gov-)[a-z]{2}-[a-z]+-\d$/, "a region of AWS' standard partition, such as us-east-1")
      .default("us-east-1")
      .describe("Where everything is."),
    zones: threeOf(z.string().regex(/^[a-f]$/, "a zone's letter"))
      .default(["a", "b", "c"])
      .describe(
        "Letters of the three availability zones. They stay as they are: their order is the subnets' order.",
      ),
    name: z
      .string()
      .regex(/^[a-z]([a-z0-9-]{0,14}[a-z0-9])?$/, "up to 16 lower-case letters, digits and hyphens")
      .default("semblance")
      .describe("Starts the names of everything in the account, before the stack's name."),
    tags: z
      .record(z.string().regex(/^(?!aws:)[\w .:/=+@-]{1,128}$/, "a tag's key"), z.string().max(256))
      .default({})
      .describe(
        "Tags of everything, besides `project`, `environment`, `owner`, `cost-center`, `data-class` and `managed-by`.",
      ),
    owner: z.string().min(1).default("platform").describe("Tag `owner`."),
    costCenter: z.string().min(1).default("curation").describe("Tag `cost-center`."),
    dataProtection: z
      .enum(["protect", "keep", "delete"])
      .default("protect")
      .describe(
        "What holds data: `protect` refuses to delete or replace it; `keep` lets the stack forget it and leaves it in the account; `delete` deletes it.",
      ),
    network,
    cluster,
    nodes: nodeSettings,
    edge,
    managed,
    postgres,
    redis,
    budget,
  })
  .superRefine((aws, context) => {
    for (const [path, message] of problemsOf(aws)) context.addIssue({ code: "custom", path, message });
  });

/** Settings of a stack on AWS, complete and valid. */
export type AwsSettings = z.output<typeof awsSettings>;

/** What is wrong between settings that are right one by one: key and what is allowed. */
type Problem = [path: (string | number)[], allowed: string];

function problemsOf(aws: AwsSettings): Problem[] {
  const problems: Problem[] = [];
  if (new Set(aws.zones).size < 3) problems.push([["zones"], "three different letters"]);
  const range = parseRange(aws.network.existing?.cidr ?? aws.network.cidr);
  const services = parseRange(aws.cluster.serviceCidr);
  if (range !== undefined && services !== undefined && overlap(range, services))
    problems.push([["cluster", "serviceCidr"], "a range that does not overlap with the VPC's"]);
  if (aws.network.existing === undefined) problems.push(...networkProblems(aws, range));
  else if (aws.edge.scheme === "internet-facing" && aws.network.existing.publicSubnetIds.length < 2)
    problems.push([
      ["network", "existing", "publicSubnetIds"],
      "two subnets or more, since edge.scheme is internet-facing",
    ]);
  if (aws.cluster.publicCidrs.includes(WORLD))
    problems.push([
      ["cluster", "publicCidrs"],
      "ranges of your own: the API of the cluster is not for everybody",
    ]);
  if (aws.edge.scheme === "internet-facing" && aws.edge.cidrs.length === 0)
    problems.push([
      ["edge", "cidrs"],
      "at least one range, since edge.scheme is internet-facing; 0.0.0.0/0 says that it is meant for everybody",
    ]);
  if (aws.cluster.existing !== undefined) {
    if (aws.network.existing === undefined)
      problems.push([["network", "existing"], "the VPC of the cluster that cluster.existing names"]);
    if (aws.nodes.gpu.length > 0)
      problems.push([["nodes", "gpu"], "none with cluster.existing: its nodes are whose cluster it is"]);
  }
  for (const [i, { zones = [] }] of aws.nodes.gpu.entries())
    if (zones.some((zone) => !aws.zones.includes(zone)))
      problems.push([["nodes", "gpu", i, "zones"], `some of ${aws.zones.join(", ")}`]);
  return problems;
}

function networkProblems({ network: { nat, endpoints } }: AwsSettings, range: Range | undefined): Problem[] {
  const problems: Problem[] = [];
  if (range !== undefined && (range.prefix < 16 || range.prefix > 20))
    problems.push([
      ["network", "cidr"],
      "a range of /16 to /20: AWS takes no larger one, and pods need the addresses",
    ]);
  if (nat === "none" && endpoints !== "all")
    problems.push([
      ["network", "endpoints"],
      "all, since network.nat is none: without either, no node can join the cluster",
    ]);
  return problems;
}

/** What is wrong with a setting: its path, what was found, what is allowed, and a value that would do where there is one. */
export interface AwsProblem {
  readonly path: string;
  readonly found: unknown;
  readonly allowed: string;
  readonly example?: string;
}

/**
 * What is wrong with the settings of a stack that really runs on AWS. The schema leaves these open, so that a stack on Docker
 * need not name an account, and since it does not see how GPUs are shared.
 */
export function awsProblems(aws: AwsSettings, sharing: GpuSharing): AwsProblem[] {
  const problems: AwsProblem[] = sharingProblems(aws.nodes.gpu, sharing).map(([i, key, allowed]) => ({
    path: `aws.nodes.gpu[${i}].${key}`,
    found: aws.nodes.gpu[i]?.[key],
    allowed,
  }));
  if (aws.accountId === undefined)
    problems.push({
      path: "aws.accountId",
      found: undefined,
      allowed: "the 12 digits of the AWS account",
      example: "123456789012",
    });
  if (aws.cluster.existing === undefined && aws.cluster.administrators.length === 0)
    problems.push({
      path: "aws.cluster.administrators[0]",
      found: undefined,
      allowed: "the ARN of at least one role or user, yours among them, or nobody can use the cluster",
      example: "arn:aws:iam::123456789012:role/platform",
    });
  return problems;
}
