/** A list price, and where it was read. */
export interface Price {
  /** US dollars per unit. */
  readonly usd: number;
  readonly unit: "hour" | "month" | "GB-month" | "GB";
  readonly source: PriceSource;
}

/** When the list was put together. Nothing updates it: docs/aws.md says so beside every sum. */
export const PRICES_DATE = "2026-11-23";
/** The region whose prices these are. */
export const PRICES_REGION = "us-east-1";

/** Where prices were read. AWS' own price API could not be reached from where the list was made, so each is second-hand. */
export const PRICE_SOURCES = {
  karpenter:
    "aws/karpenter-provider-aws, pkg/providers/pricing/zz_generated.pricing_aws.go, generated from AWS' price list on 2026-07-20",
  "price-api":
    "tables in public repositories that their authors filled from AWS' Price List API: Valkey's nodes on 2026-10-02; disks, addresses, S3, ECR and logs on 2026-09-20 (us-east-2, whose prices are those of us-east-1)",
  eks: "cloudburn.io/blog/amazon-eks-pricing, 2026-03-13, quoting AWS' page",
  nat: "zacfukuda.com/blog/aws-nat-gateway-vs-vpc-endpoint, prices of 2026-06-01; egress: cloudpipelines.pages.dev/guides/aws-nat-gateway-pricing-2026",
  nlb: "quoted alike in several public repositories, from aws.amazon.com/elasticloadbalancing/pricing, 2026",
  kms: "factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region, June 2026",
  rds: "db.t4g: infratally.com/articles/aws-rds-pricing-explained-2026.html; storage: usage.ai's RDS price table of June 2026; db.m7g: comments of hashicorp/terraform-provider-aws's tests of RDS (us-west-2, whose prices are those of us-east-1)",
} as const;
export type PriceSource = keyof typeof PRICE_SOURCES;

const ec2 = (usd: number): Price => ({ usd, unit: "hour", source: "karpenter" });
const rds = (usd: number): Price => ({ usd, unit: "hour", source: "rds" });
const fromApi = (usd: number, unit: Price["unit"]): Price => ({ usd, unit, source: "price-api" });

/** Machines by instance type, on demand. */
export const INSTANCES: Readonly<Record<string, Price>> = {
  "m7i.large": ec2(0.1008),
  "m7i.xlarge": ec2(0.2016),
  "m7i.2xlarge": ec2(0.4032),
  "m7g.large": ec2(0.0816),
  "m7g.xlarge": ec2(0.1632),
  "m6i.large": ec2(0.096),
  "m6i.xlarge": ec2(0.192),
  "g4dn.xlarge": ec2(0.526),
  "g5.xlarge": ec2(1.006),
  "g5.2xlarge": ec2(1.212),
  "g5g.xlarge": ec2(0.42),
  "g6.xlarge": ec2(0.8048),
  "g6.2xlarge": ec2(0.9776),
  "g6.12xlarge": ec2(4.6016),
  "g6e.xlarge": ec2(1.861),
  "g6e.2xlarge": ec2(2.24208),
  "p4d.24xlarge": ec2(21.957642),
  "p4de.24xlarge": ec2(27.44705),
  "p5.4xlarge": ec2(6.88),
  "p5.48xlarge": ec2(55.04),
  "p5en.48xlarge": ec2(63.296),
};

/** Database servers by class, in one zone; a standby costs the same again. */
export const DATABASES: Readonly<Record<string, Price>> = {
  "db.t4g.small": rds(0.032),
  "db.t4g.medium": rds(0.065),
  "db.m7g.large": rds(0.168),
};

/** Cache nodes by type, with Valkey. */
export const CACHES: Readonly<Record<string, Price>> = {
  "cache.t4g.small": fromApi(0.0256, "hour"),
  "cache.t4g.medium": fromApi(0.052, "hour"),
  "cache.m7g.large": fromApi(0.1264, "hour"),
};

/** Everything else. */
export const PRICES = {
  cluster: { usd: 0.1, unit: "hour", source: "eks" },
  nat: { usd: 0.045, unit: "hour", source: "nat" },
  publicAddress: fromApi(0.005, "hour"),
  endpoint: { usd: 0.01, unit: "hour", source: "nat" },
  loadBalancer: { usd: 0.0225, unit: "hour", source: "nlb" },
  disk: fromApi(0.08, "GB-month"),
  key: { usd: 1, unit: "month", source: "kms" },
  databaseStorage: { usd: 0.115, unit: "GB-month", source: "rds" },
} as const satisfies Record<string, Price>;

/** What depends on use and is in no sum, so that nobody takes the sum for the bill. */
export const BY_USE: Readonly<Record<string, Price>> = {
  "data through a NAT gateway": { usd: 0.045, unit: "GB", source: "nat" },
  "data through an interface endpoint": { usd: 0.01, unit: "GB", source: "nat" },
  "objects in S3": fromApi(0.023, "GB-month"),
  "images in ECR": fromApi(0.1, "GB-month"),
  "logs that come in": fromApi(0.5, "GB"),
  "data to the internet": { usd: 0.09, unit: "GB", source: "nat" },
};
