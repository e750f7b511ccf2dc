import { resourceRule } from "../../core/rule";
import { isUnknown, text, type Value } from "../../core/value";
import { type IamStatement, isEveryAction, isEverything } from "../../models/iam";
import { allowances, identityDocuments } from "./documents";

const isAll = (action: Value): boolean => /^\*+(?::\*+)?$/.test(text(action) ?? "");

/** Whether a statement gives all of a service, or of AWS; then it gives every single right of it, too. */
export const givesWhole = ({ actions, resources }: IamStatement): boolean =>
  actions.some(isAll) || (actions.some(isEveryAction) && resources.some(isEverything));

/** Rights in AWS are spelt out. */
export const iamNoStar = resourceRule({
  name: "rb-08-iam-no-star",
  group: "access",
  severity: "high",
  summary: "IAM policies name what they allow: not every action, and not a whole service on everything.",
  why: "A star gives what AWS has today and what it adds tomorrow, the right to delete and to give rights included.",
  fix: "List the actions that are used, with the ARNs that they are used on; turn NotAction and NotResource into Action and Resource.",
  maps: [
    "CKV_AWS_62",
    "CKV_AWS_63",
    "CKV2_AWS_40",
    "CKV_AWS_286",
    "CKV_AWS_287",
    "CKV_AWS_288",
    "CKV_AWS_289",
    "CKV_AWS_290",
    "CIS-AWS-1.15",
  ],
  unknown: "cannot tell",
  bad: `new aws.iam.RolePolicy("app", {
  role,
  policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] },
});`,
  good: `new aws.iam.RolePolicy("app", {
  role,
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::app-data/*"] }],
  }),
});`,
  types: Object.keys(identityDocuments),
  check(resource, report) {
    for (const statement of allowances(resource, identityDocuments, report)) {
      const { path, actions, inverted } = statement;
      for (const key of inverted) report.violation(`${path}.${key}`, "allows everything but what it names");
      if (actions.some(isAll)) report.violation(`${path}.Action`, "allows every action of AWS");
      else if (givesWhole(statement))
        report.violation(path, "allows every action of a service on everything in it");
      else if (actions.some(isUnknown)) report.cannotTell(`${path}.Action`);
    }
  },
});
