import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { Fixture } from "../../rpc";

type Json = Readonly<Record<string, JavaScriptValue>>;

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1:";

/** A kind of RBAC, such as `RolePatch`. */
export const rbac = (kind: string, props: Json): Fixture => ({ type: `${RBAC}${kind}`, props });

/** A role of a namespace with one rule. */
export const role = (rule: JavaScriptValue, name = "app"): Fixture =>
  rbac("Role", { metadata: { name, namespace: "app" }, rules: [rule] });

/** A role of the cluster with one rule. */
export const clusterRole = (rule: JavaScriptValue): Fixture =>
  rbac("ClusterRole", { metadata: { name: "app" }, rules: [rule] });

/** A document of statements, as an object. */
export const document = (...Statement: Json[]) => ({ Version: "2012-10-17", Statement });

/** The same as a text. */
export const json = (...statements: Json[]): string => JSON.stringify(document(...statements));

/** A statement that allows. */
export const allow = (more: Json): Json => ({ Effect: "Allow", ...more });

/** A policy of a role with one statement that allows, as a text. */
export const rolePolicy = (statement: Json): Fixture => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  props: { role: "app", policy: json(allow(statement)) },
});

/** A role with the trust that one statement says. */
export const trust = (statement: Json): Fixture => ({
  type: "aws:iam/role:Role",
  props: { assumeRolePolicy: json(allow({ Action: "sts:AssumeRole", ...statement })) },
});

/** A policy of a bucket with one statement that allows reading. */
export const bucketPolicy = (statement: Json): Fixture => ({
  type: "aws:s3/bucketPolicy:BucketPolicy",
  props: {
    bucket: "data",
    policy: json(allow({ Action: "s3:GetObject", Resource: "arn:aws:s3:::data/*", ...statement })),
  },
});

/** A deployment in namespace `app`. */
export const deployment = (spec: Json, namespace: JavaScriptValue = "app"): Fixture => ({
  type: "kubernetes:apps/v1:Deployment",
  props: { metadata: { name: "app", namespace }, spec: { template: { spec } } },
});

/** A service account in namespace `app`. */
export const account = (name: JavaScriptValue, more: Json = {}): Fixture => ({
  type: "kubernetes:core/v1:ServiceAccount",
  name: "account",
  props: { metadata: { name, namespace: "app" }, ...more },
});
