import { at, entries, isMissing, isUnknown, text, UNKNOWN, type Value } from "../core/value";

/** Whom a statement is about: `AWS`, `Service`, `Federated`, `CanonicalUser`, or `*` where the document says no kind. */
export interface IamPrincipal {
  readonly kind: string;
  readonly value: Value;
}

/** One line of a statement's conditions; the key in lower case, as IAM does not tell cases apart. */
export interface IamCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Value[];
}

/** One statement of an IAM document. IAM takes a single value wherever it takes a list; here each is a list. */
export interface IamStatement {
  /** Where it is, by its Sid if it has one: `policy.Statement[Objects]`. */
  readonly path: string;
  /** Whether it gives something. One that does not say that it denies counts as one that gives. */
  readonly allows: boolean;
  readonly actions: readonly Value[];
  readonly resources: readonly Value[];
  readonly principals: readonly IamPrincipal[];
  readonly conditions: readonly IamCondition[];
  /** Which of NotAction, NotResource and NotPrincipal it has: everything but what they name. */
  readonly inverted: readonly string[];
}

/** An IAM document as far as it can be read. */
export interface IamDocument {
  readonly statements: readonly IamStatement[];
  /** Where it cannot be read: the whole document or a statement is not known yet, or it is no JSON. */
  readonly unread: readonly string[];
}

/** Reads a document, be it an object or a text in JSON. Nothing in it can make this fail. */
export function documentOf(value: Value, path: string): IamDocument {
  const document = parsed(value);
  if (isUnknown(document)) return { statements: [], unread: [path] };
  const found = listOf(member(document, "Statement")).map((statement, index): Placed => {
    const sid = text(at(statement, "Sid"));
    const name = sid !== undefined && /^[A-Za-z0-9]{1,64}$/.test(sid) ? sid : index;
    return { statement, path: `${path}.Statement[${name}]` };
  });
  return {
    statements: found.filter(({ statement }) => !isUnknown(statement)).map(statementOf),
    unread: found.filter(({ statement }) => isUnknown(statement)).map((one) => one.path),
  };
}

/** A text that is no JSON says as little as a text that is not known: so a secret looks in a state that is not decrypted. */
function parsed(value: Value): Value {
  if (typeof value !== "string" || isMissing(value)) return value;
  try {
    const document: Value = JSON.parse(value);
    return document;
  } catch {
    return UNKNOWN;
  }
}

const INVERTED = ["NotAction", "NotResource", "NotPrincipal"];

/** A statement as it is written, and where. */
interface Placed {
  readonly statement: Value;
  readonly path: string;
}

const statementOf = ({ statement, path }: Placed): IamStatement => ({
  path,
  allows: text(member(statement, "Effect"))?.toLowerCase() !== "deny",
  actions: listOf(member(statement, "Action")),
  resources: listOf(member(statement, "Resource")),
  principals: principalsOf(member(statement, "Principal")),
  conditions: conditionsOf(member(statement, "Condition")),
  inverted: INVERTED.filter((name) => !isMissing(member(statement, name))),
});

function principalsOf(value: Value): readonly IamPrincipal[] {
  if (typeof value === "string" || isUnknown(value)) return [{ kind: "*", value }];
  return entries(value).flatMap(([kind, inner]) => listOf(inner).map((one) => ({ kind, value: one })));
}

const conditionsOf = (value: Value): readonly IamCondition[] =>
  entries(value).flatMap(([operator, keys]) =>
    entries(keys).map(([key, values]) => ({ operator, key: key.toLowerCase(), values: listOf(values) })),
  );

/** A member of an object, whatever the case of its name. */
const member = (value: Value, name: string): Value =>
  isUnknown(value) ? UNKNOWN : entries(value).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

/** The members of a list; one thing without a list counts as a list of one, and so does a list that is not known. */
function listOf(value: Value): readonly Value[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/** Whether a pattern of IAM's (`*` any characters, `?` one) covers a name, whatever the case. */
export function covers(pattern: string, name: string): boolean {
  const [glob, word] = [pattern.toLowerCase(), name.toLowerCase()];
  let [g, w, star, from] = [0, 0, -1, 0];
  while (w < word.length) {
    if (glob[g] === "*") [star, from] = [g++, w];
    else if (glob[g] === "?" || glob[g] === word[w]) [g, w] = [g + 1, w + 1];
    else if (star >= 0) [g, w] = [star + 1, ++from];
    else return false;
  }
  return /^\**$/.test(glob.slice(g));
}

/** Whether a resource of a statement is everything: `*`, or an ARN that narrows nothing below its service or account. */
export function isEverything(resource: Value): boolean {
  const pattern = text(resource);
  if (pattern === undefined) return false;
  const fields = pattern.split(":");
  const tail = fields[0] === "arn" ? fields.slice(5).join(":") : pattern;
  // An ARN that ends before its last field is no whole ARN, and IAM takes it with a star only.
  return tail === "" ? pattern.endsWith("*") : /^[*?/:]+$/.test(tail);
}

/** Whether an action is every action of a service, or of all. */
export const isEveryAction = (action: Value): boolean =>
  /^(?:\*+|[^:]+:[*?]*\*[*?]*)$/.test(text(action) ?? "");
