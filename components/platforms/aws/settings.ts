import { type AwsProblem, awsProblems, type AwsSettings } from "../../config/aws";
import type { GpuSharing } from "../../config/gpu";
import { ConfigError } from "../../core/errors";
import type { AwsScope } from "./scope";

/** What leaves room for the longest name that AWS takes after it: a user of ElastiCache has 40 characters. */
const LONGEST_PREFIX = 18;

/**
 * Where a stack is in AWS.
 * @throws ConfigError when the configuration does not say it, when the names would become too long for AWS, or when the nodes
 * cannot share GPUs as the workloads expect
 */
export function scopeOf(stack: string, aws: AwsSettings, sharing: GpuSharing): AwsScope {
  const prefix = `${aws.name}-${stack}`;
  const problems = awsProblems(aws, sharing);
  if (!/^[a-z][a-z0-9-]*[a-z0-9]$/.test(prefix) || prefix.length > LONGEST_PREFIX)
    problems.push({
      path: "aws.name",
      found: aws.name,
      allowed: `lower-case letters, digits and hyphens, that give with "-${stack}" at most ${LONGEST_PREFIX} characters`,
      example: "sem",
    });
  if (problems.length > 0 || aws.accountId === undefined)
    throw new ConfigError(
      `configuration: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}; nothing was changed\n` +
        problems.map((one) => `  - ${lineOf(one)}`).join("\n"),
    );
  return { prefix, region: aws.region, accountId: aws.accountId };
}

function lineOf({ path, found, allowed, example }: AwsProblem): string {
  const key = `'settings.${path}'`;
  const fix =
    example === undefined
      ? `pulumi config rm --path ${key}`
      : `pulumi config set --path ${key} ${example} --type string`;
  return `${path}: found ${JSON.stringify(found) ?? "nothing"}; allowed: ${allowed}; fix: ${fix}`;
}
