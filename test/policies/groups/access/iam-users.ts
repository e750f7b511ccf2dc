import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const attach = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const user = "aws:iam/user:User";

export const iamNoUserOrAdmin: Cases = {
  rule: "rb-11-iam-no-user-or-admin",
  good: { type: attach, props: { role: "app", policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" } },
  bad: { type: attach, props: { role: "app", policyArn: ADMINISTRATOR } },
  unknown: { type: attach, props: { role: "app", policyArn: UNKNOWN } },
  unknownIs: "fine",
  missing: { type: user, props: {} },
  missingIs: "violation",
  canary: { type: user, props: { name: CANARY, tags: { password: CANARY } } },
  sibling: {
    type: "aws:iam/policyAttachment:PolicyAttachment",
    props: { groups: ["team"], policyArn: "arn:aws-cn:iam::aws:policy/IAMFullAccess" },
  },
  more: [
    {
      name: "a role with a list",
      is: "violation",
      of: { type: "aws:iam/role:Role", props: { managedPolicyArns: [UNKNOWN, ADMINISTRATOR] } },
    },
    {
      name: "the one list of a role",
      is: "violation",
      of: {
        type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
        props: { roleName: "app", policyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"] },
      },
    },
    {
      name: "a set of permissions",
      is: "violation",
      of: {
        type: "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment",
        props: { managedPolicyArn: ADMINISTRATOR },
      },
    },
    {
      name: "a policy of one's own by such a name",
      is: "fine",
      of: { type: attach, props: { policyArn: "arn:aws:iam::123456789012:policy/AdministratorAccess" } },
    },
    { name: "a user whose name is not known", is: "violation", of: { type: user, props: { name: UNKNOWN } } },
    {
      name: "a right of a user",
      is: "violation",
      of: { type: "aws:iam/userPolicy:UserPolicy", props: { user: "somebody", policy: "{}" } },
    },
    {
      name: "users beside a group",
      is: "violation",
      of: {
        type: "aws:iam/policyAttachment:PolicyAttachment",
        props: { users: ["somebody"], policyArn: UNKNOWN },
      },
    },
    {
      name: "a group without users",
      is: "fine",
      of: { type: "aws:iam/policyAttachment:PolicyAttachment", props: { groups: ["g"], policyArn: UNKNOWN } },
    },
  ],
};
