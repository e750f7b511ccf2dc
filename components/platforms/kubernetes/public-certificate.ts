import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesSettings } from "../../config/kubernetes";
import { FILES, type PublicCertificate } from "../../core/workload";
import type { ForeignFiles } from "./files";

type Metadata = k8s.types.input.meta.v1.ObjectMeta;
type GatewaySettings = KubernetesSettings["gateway"];

/** The issuer in the cluster that signs what the outside is shown, where one does. */
export const issuerOf = ({ certificate }: Pick<GatewaySettings, "certificate">) =>
  certificate !== "stack" && "certManager" in certificate ? certificate.certManager : undefined;

/** Name of the Certificate, and of the Secret that cert-manager fills. */
const nameOf = (service: string): string => `${service}-public-certificate`;

/** The files of a public certificate, out of cert-manager's Secret. Absent: the spec's own are shown. */
export function filesOfIssuer(
  service: string,
  wanted: PublicCertificate | undefined,
  settings: Pick<GatewaySettings, "certificate">,
): ForeignFiles | undefined {
  if (wanted === undefined || issuerOf(settings) === undefined) return undefined;
  const { certificate, key } = wanted;
  const path = (file: string) => file.slice(FILES.length + 1);
  return {
    secret: nameOf(service),
    items: [
      { key: "tls.crt", path: path(certificate) },
      { key: "tls.key", path: path(key) },
    ],
  };
}

/** What cert-manager is asked for: it makes a key, has it signed, and does both again before the certificate ends. */
const certificateSpec = (
  service: string,
  { names }: PublicCertificate,
  { issuer, kind }: NonNullable<ReturnType<typeof issuerOf>>,
) => ({
  secretName: nameOf(service),
  dnsNames: [...names],
  issuerRef: { group: "cert-manager.io", kind, name: issuer },
  privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
  usages: ["digital signature", "server auth"],
  revisionHistoryLimit: 1,
});

/** Registers the Certificate of a server that is shown to the outside. Pods wait for the Secret, as kubelets do for any. */
export function publicCertificate(
  service: string,
  wanted: PublicCertificate | undefined,
  settings: Pick<GatewaySettings, "certificate">,
  metadata: (name: string) => Metadata,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const issuer = issuerOf(settings);
  if (issuer === undefined || wanted === undefined) return [];
  const name = nameOf(service);
  return [
    new CustomResource(
      name,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: metadata(name),
        spec: certificateSpec(service, wanted, issuer),
      },
      opts,
    ),
  ];
}
