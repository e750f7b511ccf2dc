import { resourceRule } from "../../core/rule";
import { at, isMissing, isUnknown, items, text, type Value } from "../../core/value";

const USER = "aws:iam/user:User";

/** What gives rights to a user, by the property that names the user. */
const ofUsers: Readonly<Record<string, string>> = {
  [USER]: "name",
  "aws:iam/userPolicy:UserPolicy": "user",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "user",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "userName",
  "aws:iam/userLoginProfile:UserLoginProfile": "user",
  "aws:iam/userGroupMembership:UserGroupMembership": "user",
  "aws:iam/policyAttachment:PolicyAttachment": "users",
  "aws:iam/groupMembership:GroupMembership": "users",
};

/** What attaches policies, by the property that names them. */
const attachments: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "managedPolicyArns",
  "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
  "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
  "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
  "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
  "aws:ssoadmin/managedPolicyAttachmentsExclusive:ManagedPolicyAttachmentsExclusive": "managedPolicyArns",
};

/** Policies of AWS' by which one may do everything, or make oneself who may. */
const ADMINISTRATORS = ["AdministratorAccess", "IAMFullAccess", "PowerUserAccess"];

/** What AWS calls a policy of its own; undefined for anybody else's. */
const nameOf = (arn: Value): string | undefined =>
  /^arn:[^:]*:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(text(arn) ?? "")?.[1];

/** People come by single sign-on, programs by roles, and neither has everything. */
export const iamNoUserOrAdmin = resourceRule({
  name: "rb-11-iam-no-user-or-admin",
  group: "access",
  severity: "high",
  summary: "There are no IAM users, and nobody has AWS' policies for administrators.",
  why: "A user's password and keys last until somebody takes them away, and an administrator's role can do whatever the account can.",
  fix: "Use IAM Identity Center for people and roles for programs; attach a policy with the actions that are used instead of policyArn.",
  maps: ["CKV_AWS_40", "CKV2_AWS_56", "CKV_AWS_273", "CIS-AWS-1.14", "CIS-AWS-1.15"],
  // An ARN that is not known yet is that of a policy of the program's own.
  unknown: "present",
  bad: `new aws.iam.RolePolicyAttachment("ci", { role, policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });`,
  good: `new aws.iam.RolePolicyAttachment("ci", { role, policyArn: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly" });`,
  options: {
    users: { description: "names of IAM users that must be, such as one to break the glass", default: [] },
  },
  types: [...new Set([...Object.keys(ofUsers), ...Object.keys(attachments)])],
  check({ type, props }, report) {
    const userKey = ofUsers[type];
    if (userKey !== undefined) {
      const users = at(props, userKey);
      const named: readonly Value[] = isUnknown(users) ? [users] : items(users);
      const isAllowed = (user: Value): boolean => report.list("users").includes(text(user) ?? "");
      const concerned = type === USER || !isMissing(users);
      if (concerned && (named.length === 0 || !named.every(isAllowed)))
        report.violation(userKey, type === USER ? "is an IAM user" : "gives something to an IAM user");
    }
    const policyKey = attachments[type];
    if (policyKey === undefined) return;
    for (const arn of items(props[policyKey]))
      if (ADMINISTRATORS.includes(nameOf(arn) ?? ""))
        report.violation(policyKey, "names a policy of AWS' for administrators");
  },
});
