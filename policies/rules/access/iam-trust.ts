import { type Report, resourceRule } from "../../core/rule";
import { isUnknown, text } from "../../core/value";
import { covers, type IamStatement } from "../../models/iam";
import { isAccount, isEverybody, isPositive, narrowsAccount, narrowsEverybody } from "./conditions";
import { allowances, trustDocuments } from "./documents";

/** Whether a role is taken on with a token of an OpenID Connect provider. */
const byToken = ({ principals, actions }: IamStatement): boolean =>
  principals.some(({ kind }) => kind === "Federated") &&
  actions.some((action) => covers(text(action) ?? "", "sts:AssumeRoleWithWebIdentity"));

/** The condition on a claim of the token, whatever provider its key names. */
const claim = ({ conditions }: IamStatement, name: "sub" | "aud") =>
  conditions.filter((condition) => condition.key.endsWith(`:${name}`) && isPositive(condition));

function judgeToken(statement: IamStatement, report: Report): void {
  const path = `${statement.path}.Condition`;
  if (claim(statement, "aud").length === 0)
    report.violation(path, "does not say for whom the token is (:aud), so tokens for others are taken");
  const subjects = claim(statement, "sub");
  if (subjects.length === 0)
    report.violation(path, "does not say whose the token is (:sub), so everybody with the provider is taken");
  const allowed = report.list("subjects");
  const patterns = subjects
    .filter(({ operator }) => /like$/i.test(operator))
    .flatMap(({ values }) => values.filter((value) => !isUnknown(value)).map((value) => text(value) ?? ""));
  if (patterns.some((pattern) => /[*?]/.test(pattern) && !allowed.includes(pattern)))
    report.violation(path, "takes every token whose subject fits a pattern (:sub), and not a named one");
}

/** A role is taken on by whom it is for. */
export const iamTrust = resourceRule({
  name: "rb-10-iam-trust",
  group: "access",
  severity: "critical",
  summary:
    "Roles name who may take them on: not everybody, not a whole account, and by token only a named subject.",
  why: "Whoever may take on a role has all of its rights; a token without a subject is one that any pod or repository can get.",
  fix: "In assumeRolePolicy name a role or a service; for OpenID Connect set StringEquals on :sub and :aud; for an account set a condition.",
  maps: ["CKV_AWS_60", "CKV_AWS_61"],
  unknown: "cannot tell",
  bad: `new aws.iam.Role("app", {
  assumeRolePolicy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" }] },
});`,
  good: `new aws.iam.Role("app", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: { StringEquals: { "aws:RequestTag/kubernetes-service-account": "app" } },
    }],
  }),
});`,
  options: {
    subjects: {
      description:
        "patterns of subjects of tokens that may take on a role, such as `repo:org/app:environment:*`",
      default: [],
    },
  },
  types: Object.keys(trustDocuments),
  check(resource, report) {
    for (const statement of allowances(resource, trustDocuments, report)) {
      const { path, principals, inverted } = statement;
      if (inverted.includes("NotPrincipal"))
        report.violation(`${path}.NotPrincipal`, "lets in everybody but whom it names");
      // A principal that is not known yet is a reference to a role or to a provider, and never everybody.
      if (principals.some(isEverybody)) {
        if (!narrowsEverybody(statement)) report.violation(`${path}.Principal`, "is everybody");
      } else if (principals.some(isAccount) && !narrowsAccount(statement))
        report.violation(`${path}.Principal`, "is every identity of an account, without a condition");
      if (byToken(statement)) judgeToken(statement, report);
    }
  },
});
