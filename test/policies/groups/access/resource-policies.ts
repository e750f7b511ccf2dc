import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { resourceDocuments } from "../../../../policies/rules/access/documents";
import { allow, bucketPolicy, json } from "./fixtures";

const everybody = { Principal: { AWS: ["arn:aws:iam::123456789012:role/app", "*"] } };
const open = json(allow({ Principal: "*", Action: "*", Resource: "*" }));

/** Properties with a policy at a path such as `details.policy`. */
function holding(path: string) {
  const [outer = path, inner] = path.split(".");
  return { [outer]: inner === undefined ? open : { [inner]: open } };
}

export const resourcePolicyPublic: Cases = {
  rule: "rb-12-resource-policy-public",
  good: bucketPolicy({ Principal: { AWS: "arn:aws:iam::123456789012:role/app" } }),
  bad: bucketPolicy(everybody),
  unknown: { type: "aws:s3/bucketPolicy:BucketPolicy", props: { policy: UNKNOWN } },
  unknownIs: "cannot tell",
  missing: { type: "aws:kms/key:Key", props: { description: "data" } },
  missingIs: "fine",
  canary: bucketPolicy({ ...everybody, Sid: CANARY, Condition: { Bool: { [CANARY]: CANARY } } }),
  sibling: { type: "aws:kms/replicaKey:ReplicaKey", props: { policy: open } },
  more: [
    {
      name: "from an address of one's own",
      is: "fine",
      of: bucketPolicy({ ...everybody, Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24"] } } }),
    },
    {
      name: "from an address of one's own, or from any",
      is: "violation",
      of: bucketPolicy({
        ...everybody,
        Condition: { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "0.0.0.0/0"] } },
      }),
    },
    {
      name: "from anywhere but",
      is: "violation",
      of: bucketPolicy({ ...everybody, Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }),
    },
    {
      name: "by TLS, whoever it is",
      is: "violation",
      of: bucketPolicy({ ...everybody, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    },
    {
      name: "from a bucket of one's own",
      is: "fine",
      of: bucketPolicy({ ...everybody, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::app-*" } } }),
    },
    {
      name: "from any bucket",
      is: "violation",
      of: bucketPolicy({ ...everybody, Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:::*" } } }),
    },
    {
      name: "for all values of a key that need not be there",
      is: "violation",
      of: bucketPolicy({
        ...everybody,
        Condition: { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-12345" } },
      }),
    },
    { name: "everybody but", is: "violation", of: bucketPolicy({ NotPrincipal: { AWS: "123456789012" } }) },
    {
      name: "everybody, beside a statement that is not known",
      is: "violation",
      of: {
        type: "aws:sns/topicPolicy:TopicPolicy",
        props: { policy: { Statement: [UNKNOWN, allow({ Principal: "*", Action: "sns:Publish" })] } },
      },
    },
    {
      name: "everybody refused",
      is: "fine",
      of: {
        type: "aws:s3/bucketPolicy:BucketPolicy",
        props: { policy: json({ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" }) },
      },
    },
    {
      name: "a function for everybody",
      is: "violation",
      of: { type: "aws:lambda/permission:Permission", props: { principal: "*" } },
    },
    {
      name: "a function for one bucket",
      is: "fine",
      of: { type: "aws:lambda/permission:Permission", props: { principal: "*", sourceArn: UNKNOWN } },
    },
    ...Object.entries(resourceDocuments).map(([type, path]) => ({
      name: type,
      is: "violation" as const,
      of: { type, props: holding(path) },
    })),
  ],
};
