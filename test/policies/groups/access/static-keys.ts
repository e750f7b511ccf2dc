import { CANARY, type Cases } from "../../cases";
import { UNKNOWN } from "../../rpc";
import { deployment } from "./fixtures";

const ID = "AKIAIOSFODNN7EXAMPLE";
const container = "docker:index/container:Container";
const secret = "kubernetes:core/v1:Secret";
const docker = (...envs: string[]) => ({ type: container, props: { name: "app", envs } });
const pod = (...env: Record<string, string | Record<string, Record<string, string>>>[]) =>
  deployment({ containers: [{ name: "app", env }] });

export const iamNoStaticKeys: Cases = {
  rule: "sec-10-iam-no-static-keys",
  good: docker("AWS_REGION=eu-west-1"),
  bad: { type: "aws:iam/accessKey:AccessKey", props: { user: "app" } },
  unknown: pod({ name: "AWS_REGION", value: UNKNOWN }),
  unknownIs: "fine",
  missing: { type: container, props: { name: "app" } },
  missingIs: "fine",
  canary: docker(`AWS_ACCESS_KEY_ID=${ID}`, `AWS_SECRET_ACCESS_KEY=${CANARY}`),
  sibling: {
    type: "docker:index/service:Service",
    props: { taskSpec: { containerSpec: { env: { AWS_SECRET_ACCESS_KEY: UNKNOWN } } } },
  },
  more: [
    {
      name: "a password of a service",
      is: "violation",
      of: { type: "aws:iam/serviceSpecificCredential:ServiceSpecificCredential", props: {} },
    },
    {
      name: "a key out of a secret",
      is: "violation",
      of: pod({
        name: "STORAGE_AWS_SECRET_ACCESS_KEY",
        valueFrom: { secretKeyRef: { name: "aws", key: "secret" } },
      }),
    },
    {
      name: "a key for a server of S3 that is not AWS'",
      is: "fine",
      of: docker("AWS_ENDPOINT_URL_S3=https://minio:9000", "AWS_SECRET_ACCESS_KEY=x"),
    },
    {
      name: "a key for a server of S3 that a ConfigMap names",
      is: "fine",
      of: pod(
        { name: "S3_ENDPOINT", valueFrom: { configMapKeyRef: { name: "s3", key: "url" } } },
        { name: "AWS_SECRET_ACCESS_KEY", valueFrom: { secretKeyRef: { name: "s3", key: "key" } } },
      ),
    },
    {
      name: "a key for AWS, said in full",
      is: "violation",
      of: docker("AWS_ENDPOINT_URL=https://s3.eu-west-1.amazonaws.com", "AWS_SECRET_ACCESS_KEY=x"),
    },
    { name: "the id of a key", is: "violation", of: docker("AWS_ENDPOINT_URL=https://minio", `ID=${ID}`) },
    {
      name: "a file of keys",
      is: "violation",
      of: {
        type: container,
        props: { uploads: [{ file: "/aws", content: `[default]\naws_access_key_id = ${ID}\n` }] },
      },
    },
    {
      name: "a secret of the cluster",
      is: "violation",
      of: { type: secret, props: { data: { id: Buffer.from(`id=${ID}`).toString("base64") } } },
    },
    {
      name: "a patch of a secret of the cluster",
      is: "violation",
      of: { type: `${secret}Patch`, props: { stringData: { other: UNKNOWN, id: ID } } },
    },
    {
      name: "another secret of the cluster",
      is: "fine",
      of: { type: secret, props: { data: { id: Buffer.from("AKIA").toString("base64") } } },
    },
    {
      name: "a provider with a key",
      is: "violation",
      of: { type: "pulumi:providers:aws", props: { region: "eu-west-1", secretKey: UNKNOWN } },
    },
    {
      name: "a provider with the credentials at hand",
      is: "fine",
      of: { type: "pulumi:providers:aws", props: { region: "eu-west-1" } },
    },
  ],
};
