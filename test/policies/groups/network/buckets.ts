import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

type Props = Fixture["props"];
const bucket: Fixture = { type: "aws:s3/bucket:Bucket", name: "data", props: { bucket: "data-1" } };
const BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const block = (props: Props, on: readonly string[] = []): Fixture => ({
  type: BLOCK,
  name: "block",
  props,
  dependsOn: { bucket: on },
});

export const bucketBlocked: Cases = {
  rule: "net-13-bucket-blocked",
  good: [bucket, block({ bucket: UNKNOWN }, ["data"])],
  bad: [bucket, { ...bucket, name: "logs" }, block({ bucket: UNKNOWN }, ["logs"])],
  unknown: [bucket, block({ bucket: UNKNOWN })],
  unknownIs: "cannot tell",
  missing: bucket,
  missingIs: "violation",
  canary: { ...bucket, props: { bucket: CANARY } },
  sibling: { ...bucket, type: "aws:s3/bucketV2:BucketV2" },
  more: [
    { name: "a block by the bucket's name", is: "fine", of: [bucket, block({ bucket: "data-1" })] },
    { name: "a block of another bucket", is: "violation", of: [bucket, block({ bucket: "data-2" })] },
    {
      name: "a bucket that nobody can tell, beside one that is open",
      is: "violation",
      of: [{ ...bucket, props: {} }, { ...bucket, name: "open" }, block({ bucket: "data-2" })],
    },
  ],
};

const all = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};

export const blockComplete: Cases = {
  rule: "net-13-block-complete",
  good: block({ bucket: "data-1", ...all }),
  bad: block({ bucket: "data-1", ...all, restrictPublicBuckets: false }),
  unknown: block({ ...all, blockPublicPolicy: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: block({ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true }),
  missingIs: "violation",
  canary: block({ ...all, blockPublicAcls: CANARY }),
  sibling: {
    type: "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
    props: { ...all, blockPublicAcls: UNKNOWN, ignorePublicAcls: false },
  },
  more: [
    {
      name: "an access point that is open",
      is: "violation",
      of: {
        type: "aws:s3/accessPoint:AccessPoint",
        props: { publicAccessBlockConfiguration: { blockPublicPolicy: false } },
      },
    },
    {
      name: "an access point as AWS makes it",
      is: "fine",
      of: { type: "aws:s3/accessPoint:AccessPoint", props: {} },
    },
    {
      name: "an access point of several regions that is open",
      is: "violation",
      of: {
        type: "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint",
        props: { details: { publicAccessBlock: { ...all, ignorePublicAcls: false } } },
      },
    },
  ],
};

const acl = (props: Props): Fixture => ({ type: "aws:s3/bucketAcl:BucketAcl", props });
const everybody = "http://acs.amazonaws.com/groups/global/AllUsers";

export const noPublicAcl: Cases = {
  rule: "net-13-no-public-acl",
  good: acl({ acl: "private" }),
  bad: acl({ acl: "public-read" }),
  unknown: acl({ acl: UNKNOWN }),
  unknownIs: "cannot tell",
  missing: { type: "aws:s3/bucket:Bucket", props: {} },
  missingIs: "fine",
  canary: { type: "aws:s3/bucketObjectv2:BucketObjectv2", props: { acl: "public-read", content: CANARY } },
  sibling: {
    type: "aws:s3/bucketV2:BucketV2",
    props: { acl: UNKNOWN, grants: [{ type: "Group", uri: everybody }] },
  },
  more: [
    {
      name: "a grant to everybody with an account",
      is: "violation",
      of: acl({
        accessControlPolicy: {
          grants: [
            { grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" } },
          ],
        },
      }),
    },
    {
      name: "a grant to the service that writes logs",
      is: "fine",
      of: acl({
        accessControlPolicy: {
          grants: [{ grantee: { type: "Group", uri: "http://acs.amazonaws.com/groups/s3/LogDelivery" } }],
        },
      }),
    },
  ],
};
