import { z } from "zod";
import { parseRange } from "./range";

/** Kubernetes versions that are offered, with the day on which AWS ends standard support. */
export const EKS_VERSIONS = { "1.36": "2027-08-02", "1.35": "2027-03-27" } as const;
export type EksVersion = keyof typeof EKS_VERSIONS;

/** A range that is nobody's in particular: publishing to it publishes to the world. */
export const WORLD = "0.0.0.0/0";

/** An IPv4 range. */
export const cidr = z
  .string()
  .refine((text) => parseRange(text) !== undefined, "an IPv4 range in CIDR notation whose host bits are 0");
const roleOrUser = z
  .string()
  .regex(/^arn:aws:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/, "the ARN of an IAM role or user");
const id = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`);
const days = z
  .union(
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653].map((n) =>
      z.literal(n),
    ),
  )
  .describe("Days; CloudWatch takes certain numbers only.");
/** A list with one item per zone. */
export const threeOf = <T extends z.ZodType>(one: T) => z.array(one).length(3);

const existingNetwork = z.strictObject({
  vpcId: id("vpc").describe("The VPC."),
  cidr: cidr.describe("Its range."),
  privateSubnetIds: threeOf(id("subnet")).describe("Subnets for nodes, in the order of `zones`."),
  publicSubnetIds: z
    .array(id("subnet"))
    .max(3)
    .default([])
    .describe("Subnets for load balancers that face the internet."),
  dataSubnets: threeOf(z.strictObject({ id: id("subnet"), cidr })).describe(
    "Subnets for databases and caches, in the order of `zones`.",
  ),
});

const existingCluster = z.strictObject({
  name: z
    .string()
    .regex(/^[\w-]{1,100}$/, "a cluster's name")
    .describe("The cluster."),
  endpoint: z.url().describe("Its API's URL."),
  certificateAuthority: z
    .string()
    .min(1)
    .describe("Its authority's certificate, in base64: public, not a secret."),
  securityGroupId: id("sg").describe("The security group that EKS made for it and its nodes."),
});

/** The network: a new one, or one that is there. */
export const network = z
  .strictObject({
    cidr: cidr.default("10.64.0.0/16").describe("Range of the VPC, /16 to /20."),
    nat: z
      .enum(["none", "one", "per-zone"])
      .default("one")
      .describe(
        "Ways out for nodes and pods. `one` saves money, and its zone's end cuts the way out; `none` needs `endpoints: all`.",
      ),
    endpoints: z
      .enum(["s3", "all"])
      .default("s3")
      .describe(
        "Private ways to AWS. `s3` is free; `all` adds what nodes need without NAT, at a price per hour and zone.",
      ),
    flowLogDays: days.default(90),
    existing: existingNetwork.optional().describe("A VPC that is there already, in place of a new one."),
  })
  .prefault({});

/** The cluster: a new one, or one that is there. */
export const cluster = z
  .strictObject({
    version: z.coerce
      .string()
      .pipe(z.enum(["1.36", "1.35"]))
      .default("1.36")
      .describe("Kubernetes version: `1.36` or `1.35`."),
    publicCidrs: z
      .array(cidr)
      .max(40)
      .default([])
      .describe("Ranges that reach the API over the internet. None: the API is private."),
    operatorCidrs: z
      .array(cidr)
      .max(20)
      .default([])
      .describe("Ranges that reach the private API: of a VPN, of a machine in the VPC, of a peered network."),
    serviceCidr: cidr.default("172.20.0.0/16").describe("Range of the cluster's services."),
    logDays: days.default(365),
    administrators: z
      .array(roleOrUser)
      .default([])
      .describe(
        "Who administers the cluster. Who runs `up` must be among them; nobody is by having made the cluster.",
      ),
    groups: z
      .array(
        z.strictObject({
          principal: roleOrUser.describe("Role or user of IAM."),
          groups: z
            .array(
              z.string().regex(/^(?!system:)[\w:.@-]+$/, "a group's name that does not start with system:"),
            )
            .min(1)
            .describe("Groups of Kubernetes to which RBAC gives rights."),
        }),
      )
      .default([])
      .describe("Who is in which group of Kubernetes."),
    existing: existingCluster
      .optional()
      .describe("A cluster that is there already, with its nodes and add-ons, in place of a new one."),
  })
  .prefault({});

/** Where people come in. */
export const edge = z
  .strictObject({
    scheme: z
      .enum(["internal", "internet-facing"])
      .default("internal")
      .describe("Where the gateway's load balancer is reached from."),
    cidrs: z.array(cidr).max(40).default([]).describe("Ranges that may reach it. None: the VPC's."),
  })
  .prefault({});
