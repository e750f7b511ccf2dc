import type { Resource } from "../../core/resource";
import type { StackView } from "../../core/rule";
import { isUnknown, text } from "../../core/value";

/** Buckets, and what is said of them in resources of their own, under the newer and the older name. */
export const bucketTypes = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"];

/** Both names under which the AWS provider has known what belongs to a bucket. */
export const partTypes = (part: string): string[] => {
  const kind = `${part.charAt(0).toUpperCase()}${part.slice(1)}`;
  return [`aws:s3/${part}:${kind}`, `aws:s3/${part}V2:${kind}V2`];
};

/** Whether a property names a bucket: by coming from it, or by its name. */
export function names(resource: Resource, property: string, bucket: Resource): boolean {
  const from = resource.propertyDependencies[property] ?? [];
  if (from.includes(bucket.urn)) return true;
  const name = text(resource.props[property]);
  return name !== undefined && name === text(bucket.props["bucket"]);
}

/** What belongs to a bucket; undefined where something may, and nobody can tell to which bucket it does. */
export function partsOf(
  bucket: Resource,
  types: readonly string[],
  stack: StackView,
): readonly Resource[] | undefined {
  const all = stack.of(...types);
  const own = all.filter((one) => names(one, "bucket", bucket));
  if (own.length > 0) return own;
  const stray = all.some(
    ({ props, propertyDependencies }) =>
      isUnknown(props["bucket"]) && (propertyDependencies["bucket"] ?? []).length === 0,
  );
  return stray ? undefined : [];
}
