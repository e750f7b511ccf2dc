import { resourceRule } from "../../core/rule";
import { isUnknown, text, type Value } from "../../core/value";
import { covers, type IamStatement } from "../../models/iam";
import { isPositive } from "./conditions";
import { allowances, identityDocuments } from "./documents";
import { givesWhole } from "./iam-stars";

/** Rights by which an identity comes by rights that it was not given. */
const WAYS: readonly { readonly actions: readonly string[]; readonly how: string }[] = [
  {
    how: "gives rights to roles, users or groups",
    actions: [
      ...["Attach", "Put"].flatMap((verb) =>
        ["Role", "User", "Group"].map((whom) => `iam:${verb}${whom}Policy`),
      ),
      "iam:AddUserToGroup",
      "iam:UpdateAssumeRolePolicy",
      "iam:CreatePolicyVersion",
      "iam:SetDefaultPolicyVersion",
      ...["Put", "Delete"].flatMap((verb) =>
        ["Role", "User"].map((whom) => `iam:${verb}${whom}PermissionsBoundary`),
      ),
    ],
  },
  {
    how: "makes credentials of others",
    actions: [
      "iam:CreateAccessKey",
      "iam:CreateLoginProfile",
      "iam:UpdateLoginProfile",
      "iam:CreateServiceSpecificCredential",
      "iam:ResetServiceSpecificCredential",
    ],
  },
  { how: "hands any role to a service of AWS", actions: ["iam:PassRole"] },
  { how: "takes on any role that lets it", actions: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"] },
  {
    how: "runs code with the rights of others",
    actions: [
      "lambda:UpdateFunctionCode",
      "glue:UpdateDevEndpoint",
      "codebuild:UpdateProject",
      "ssm:SendCommand",
      "ssm:StartSession",
      "ec2-instance-connect:SendSSHPublicKey",
    ],
  },
  {
    how: "gives rights in a cluster",
    actions: ["eks:CreateAccessEntry", "eks:UpdateAccessEntry", "eks:AssociateAccessPolicy"],
  },
  {
    how: "gives rights to keys and secrets",
    actions: ["kms:PutKeyPolicy", "secretsmanager:PutResourcePolicy"],
  },
];

/** Conditions that say which rights may be given away. */
const LIMITS = ["iam:policyarn", "iam:permissionsboundary"];

/** Resources that are all of their kind: `*`, `role/*`, every cluster, key or instance. A part of a name is less than that. */
function isAllOfAKind(resource: Value): boolean {
  const pattern = text(resource);
  if (pattern === undefined) return false;
  const own = pattern.startsWith("arn:") ? pattern.split(":").slice(5).join(":") : pattern;
  if (own === "") return pattern.endsWith("*");
  return /^(?:[a-z-]+[:/])?[*?/:]+$/i.test(own);
}

const isLimited = ({ conditions }: IamStatement): boolean =>
  conditions.some((condition) => LIMITS.includes(condition.key) && isPositive(condition));

/** No way from few rights to all. */
export const iamNoPrivesc = resourceRule({
  name: "rb-09-iam-no-privesc",
  group: "access",
  severity: "critical",
  summary: "No IAM policy lets its holder come by rights that it does not name.",
  why: "Who may give rights, pass or take on any role, or make credentials of others has in effect the rights of an administrator.",
  fix: "Name the ARNs of the roles, users or machines in Resource, limit with iam:PermissionsBoundary or iam:PolicyARN, or drop the action.",
  maps: ["CKV_AWS_286", "CKV_AWS_289"],
  unknown: "cannot tell",
  bad: `new aws.iam.RolePolicy("ci", {
  role,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:PassRole", Resource: "*" }] },
});`,
  good: `new aws.iam.RolePolicy("ci", {
  role,
  policy: {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iam:PassRole", Resource: "arn:aws:iam::123456789012:role/app-task" }],
  },
});`,
  types: Object.keys(identityDocuments),
  check(resource, report) {
    for (const statement of allowances(resource, identityDocuments, report)) {
      const { path, actions, resources } = statement;
      // What is given as a whole is rule rb-08's.
      if (givesWhole(statement) || !resources.some(isAllOfAKind) || isLimited(statement)) continue;
      const gives = (right: string): boolean => actions.some((action) => covers(text(action) ?? "", right));
      for (const { how, actions: rights } of WAYS) {
        const held = rights.filter(gives);
        if (held.length > 0) report.violation(path, `${how} (${held.join(", ")}), on all of a kind`);
      }
      if (actions.some(isUnknown)) report.cannotTell(`${path}.Action`);
    }
  },
});
