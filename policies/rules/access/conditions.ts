import { isUnknown, text, type Value } from "../../core/value";
import type { IamCondition, IamPrincipal, IamStatement } from "../../models/iam";

/** Keys by which a condition says who calls or from where, and which a caller cannot choose. */
const CALLER = [
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:sourceaccount",
  "aws:sourceowner",
  "aws:sourcearn",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourceip",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourcevpcarn",
  "aws:userid",
  "aws:vpceaccount",
  "aws:vpceorgid",
  "aws:vpceorgpaths",
  "kms:calleraccount",
  "s3:dataaccesspointaccount",
  "s3:dataaccesspointarn",
  "elasticfilesystem:accessedviamounttarget",
];

/** Keys that tell callers of one account apart, or ask them for more than credentials. */
const AMONG_KNOWN = ["sts:externalid", "sts:sourceidentity", "aws:multifactorauthpresent", "aws:mfaauth"];

/** Operators that hold only for values that are named. Those with `IfExists` or `ForAllValues` hold without the key, too. */
const POSITIVE =
  /^(?:foranyvalue:)?(?:stringequals|stringequalsignorecase|stringlike|arnequals|arnlike|ipaddress|bool)$/i;

/** Whether a condition lets through nothing but values that are named. A reference that is not known yet names one. */
export const isPositive = ({ operator, values }: IamCondition): boolean =>
  POSITIVE.test(operator) && values.length > 0 && values.every(isNarrow);

function isNarrow(value: Value): boolean {
  if (isUnknown(value)) return true;
  const known = text(value) ?? "";
  if (/^[*?]*$/.test(known) || known === "false" || known.endsWith("/0")) return false;
  const [start, , , , account = "", ...resource] = known.split(":");
  if (start !== "arn") return true;
  return account === "" ? /^[^*?]/.test(resource.join(":")) : !/[*?]/.test(account);
}

const hasOne = ({ conditions }: IamStatement, keys: readonly string[]): boolean =>
  conditions.some((condition) => keys.includes(condition.key) && isPositive(condition));

/** Whether the conditions of a statement that is open to everybody leave only certain callers. */
export const narrowsEverybody = (statement: IamStatement): boolean => hasOne(statement, CALLER);

/** Whether the conditions of a statement that is open to an account leave only some of those in it. */
export const narrowsAccount = (statement: IamStatement): boolean =>
  hasOne(statement, [...CALLER, ...AMONG_KNOWN]) ||
  statement.conditions.some((one) => one.key.startsWith("aws:principaltag/") && isPositive(one));

/** Whether a principal is everybody. */
export const isEverybody = ({ value }: IamPrincipal): boolean => /^\*+$/.test(text(value) ?? "");

/** Whether a principal is an account, that is, all of its identities to which IAM gives the right. */
export const isAccount = ({ kind, value }: IamPrincipal): boolean =>
  kind === "AWS" && /^(?:\d{12}|arn:[^:]*:iam::[^:]*:root)$/.test(text(value) ?? "");
