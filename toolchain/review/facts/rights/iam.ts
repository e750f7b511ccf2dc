import type { Resource } from "../../../../policies/core/resource";
import { at, isMissing, isUnknown, items, text, type Value } from "../../../../policies/core/value";
import { documentOf, type IamCondition, type IamStatement } from "../../../../policies/models/iam";
import { resourceDocuments } from "../../../../policies/rules/access/documents";
import { word } from "../exposure/model";
import type { View } from "../view";
import { noRights, type Right, type Rights, together, whatever } from "./model";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/policy:Policy";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";

/** Policies that stand beside whom they give something: the property that says who, and what kind of identity that is. */
const INLINE = {
  "aws:iam/rolePolicy:RolePolicy": "role",
  "aws:iam/userPolicy:UserPolicy": "user",
  "aws:iam/groupPolicy:GroupPolicy": "group",
} as const;
const ATTACHED = {
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "role",
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": "user",
  "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "group",
} as const;

/** What identities may do in AWS, who may become one, and who may do what with a resource that says so itself. */
export const iamRights = (view: View): Rights =>
  together([
    ...Object.entries(INLINE).flatMap(([type, kind]) =>
      view.of(type).map((one) => identity(one, `${kind} ${nameOf(one, kind, view)}`, one.props["policy"])),
    ),
    ...Object.entries(ATTACHED).flatMap(([type, kind]) =>
      view.of(type).map((one) => attached(one, `${kind} ${nameOf(one, kind, view)}`, view)),
    ),
    ...view.of(ROLE).map((role) => ofRole(role)),
    ...view.of(...Object.keys(resourceDocuments), ENDPOINT).map(ofResource),
  ]);

/** The name of an identity in the account; while that is not known, the name of what says it in the program. */
function nameOf(resource: Resource, key: string, view: View): string {
  const name = resource.props[key];
  if (typeof name === "string")
    return view.of(ROLE).find(({ props }) => props["name"] === name)?.name ?? name;
  return `of ${resource.name}`;
}

const isStar = (value: Value): boolean => text(value) === "*";

function identity(resource: Resource, who: string, policy: Value): Rights {
  if (isMissing(policy)) return noRights;
  return read(resource, policy, (statement) =>
    statement.actions.flatMap((action) =>
      listOr(statement.resources).map((on) => right(who, action, word(on, "*"), statement)),
    ),
  );
}

/** What a policy of somebody else says is not in a preview: its name stands for it. */
function attached(resource: Resource, who: string, view: View): Rights {
  const arn = word(resource.props["policyArn"]);
  const own = view.of(POLICY).find(({ props }) => arn.endsWith(`:policy/${text(props["name"]) ?? "\u0000"}`));
  if (own !== undefined) return identity(own, who, own.props["policy"]);
  const given: Right = { system: "aws", who, may: whatever(arn), on: "", when: "" };
  return { ...noRights, given: [given] };
}

function ofRole(role: Resource): Rights {
  const who = `role ${role.name}`;
  const inline = items(role.props["inlinePolicies"]).map((one) => identity(role, who, at(one, "policy")));
  const managed = items(role.props["managedPolicyArns"]).map((arn): Rights => ({
    ...noRights,
    given: [{ system: "aws", who, may: whatever(word(arn)), on: "", when: "" }],
  }));
  const trust = read(role, role.props["assumeRolePolicy"], (statement) =>
    principalsOf(statement).flatMap((principal) =>
      statement.actions.map((action) => right(principal, action, who, statement)),
    ),
  );
  return together([...inline, ...managed, trust]);
}

/** In the policy of a resource, `*` is the resource itself. */
function ofResource(resource: Resource): Rights {
  const place = resourceDocuments[resource.type] ?? "policy";
  const policy = at(resource.props, ...place.split("."));
  if (isMissing(policy)) return noRights;
  const itself = `${(resource.type.split(":").at(-1) ?? "").replace(/Policy$/, "")} ${resource.name}`;
  return read(resource, policy, (statement) =>
    principalsOf(statement).flatMap((principal) =>
      statement.actions.flatMap((action) =>
        listOr(statement.resources).map((on) =>
          right(principal, action, isMissing(on) || isStar(on) ? itself : word(on), statement),
        ),
      ),
    ),
  );
}

const listOr = (values: readonly Value[]): readonly Value[] => (values.length === 0 ? [undefined] : values);

const principalsOf = ({ principals, inverted }: IamStatement): string[] =>
  inverted.includes("NotPrincipal")
    ? ["everybody but whom NotPrincipal names"]
    : principals.map(({ kind, value }) => (isStar(value) ? "everybody (*)" : `${kind} ${word(value)}`));

function right(who: string, action: Value, on: string, statement: IamStatement): Right {
  const when = statement.conditions.map(conditionOf).sort().join(" and ");
  return { system: "aws", who, may: word(action), on, when };
}

const conditionOf = ({ operator, key, values }: IamCondition): string =>
  `${operator} ${key} = ${values.map((value) => word(value)).join(" or ")}`;

/** Reads a document into rights. Statements about everything but something cannot be compared one by one: they are told apart. */
function read(resource: Resource, policy: Value, rightsOf: (statement: IamStatement) => Right[]): Rights {
  const { statements, unread } = documentOf(policy, "policy");
  const turned = statements.map((one): IamStatement => ({
    ...one,
    actions: one.inverted.includes("NotAction") ? ["* (all but NotAction)"] : one.actions,
    resources: one.inverted.includes("NotResource") ? ["* (all but NotResource)"] : one.resources,
  }));
  const why = isUnknown(policy) ? "is not known before the deployment" : "cannot be read";
  const told = [
    ...unread.map((path) => `${path} of ${resource.name} ${why}`),
    ...statements.flatMap(({ path, inverted }) =>
      inverted.map((name) => `${path} of ${resource.name} has ${name}: what it leaves out is not compared`),
    ),
  ];
  return {
    given: turned.filter(({ allows }) => allows).flatMap(rightsOf),
    denied: turned.filter(({ allows }) => !allows).flatMap(rightsOf),
    unread: told,
  };
}
