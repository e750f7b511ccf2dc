import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";
import { dockerContainer, pod } from "./services";

const env = (...envs: string[]): Fixture => dockerContainer({ image: "app:1", envs });
const file = (content: string): Fixture => dockerContainer({ uploads: [{ file: "/etc/app.yml", content }] });
const command = (...words: string[]): Fixture => dockerContainer({ image: "app:1", command: words });

export const certificatesVerified: Cases = {
  rule: "eit-12-certificates-verified",
  good: env("NODE_EXTRA_CA_CERTS=/tls/ca.crt", "NODE_TLS_REJECT_UNAUTHORIZED=1"),
  bad: env("NODE_TLS_REJECT_UNAUTHORIZED=0"),
  unknown: env(UNKNOWN),
  unknownIs: "fine",
  missing: dockerContainer({ image: "app:1" }),
  missingIs: "fine",
  canary: env(`TOKEN=${CANARY}`, "GIT_SSL_NO_VERIFY=true"),
  sibling: [
    ...pod(
      "app:1",
      { env: [{ name: "S3_SSL_VERIFY", value: "false" }] },
      {},
      "kubernetes:apps/v1:DeploymentPatch",
    ),
  ],
  more: [
    {
      name: "a kubeconfig",
      is: "violation",
      of: dockerContainer({
        uploads: [
          { file: "/home/me/.kube/kubeconfig", content: "- cluster:\n    insecure-skip-tls-verify: true" },
        ],
      }),
    },
    {
      name: "the kubeconfig of a provider",
      is: "violation",
      of: {
        type: "pulumi:providers:kubernetes",
        props: { kubeconfig: '{"clusters":[{"cluster":{"insecure-skip-tls-verify":true}}]}' },
      },
    },
    {
      name: "the kubeconfig of a provider, with the authority's certificate",
      is: "fine",
      of: {
        type: "pulumi:providers:kubernetes",
        props: { kubeconfig: '{"clusters":[{"cluster":{"certificate-authority-data":"x"}}]}' },
      },
    },
    {
      name: "a provider that believes whoever answers as AWS",
      is: "violation",
      of: { type: "pulumi:providers:aws", props: { insecure: "true" } },
    },
    {
      name: "an API that the API server does not verify",
      is: "violation",
      of: {
        type: "kubernetes:apiregistration.k8s.io/v1:APIServicePatch",
        props: { spec: { insecureSkipTLSVerify: true } },
      },
    },
    {
      name: "a file of Go's programs",
      is: "violation",
      of: file("tls_config:\n  insecure_skip_verify: true\n"),
    },
    {
      name: "a file of Go's programs that verifies",
      is: "fine",
      of: file("tls_config:\n  insecure_skip_verify: false\n"),
    },
    { name: "a file of JSON", is: "violation", of: file('{"jsonData":{"tlsSkipVerify":true}}') },
    { name: "a file of OpenTelemetry", is: "violation", of: file('"tls": {"insecure": true}') },
    { name: "a file of Python's programs", is: "violation", of: file("verify_ssl = false") },
    { name: "a flag", is: "violation", of: command("app", "--tls.insecure-skip-verify") },
    { name: "curl in a script", is: "violation", of: command("sh", "-c", "curl -sk https://api/") },
    {
      name: "curl that verifies",
      is: "fine",
      of: command("sh", "-c", "curl -fsS --cacert /ca.crt https://api/"),
    },
  ],
};
