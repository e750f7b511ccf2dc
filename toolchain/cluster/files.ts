import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import type { Authority, KeyAndCertificate } from "./certificates";
import { clients, DEFAULT_PROVISIONER, file, kubeconfigOf, type Layout } from "./components";

/** Where the API server listens. */
export const serverOf = ({ port }: Layout): string => `https://127.0.0.1:${port}`;

/** Writes what the components read. */
export async function writeFiles(layout: Layout, authority: Authority): Promise<void> {
  const serviceAccounts = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const server = await authority.server(["localhost"], ["127.0.0.1"]);
  const contents = {
    "ca.crt": authority.certificate,
    "server.crt": server.certificate,
    "server.key": server.key,
    "service-accounts.key": serviceAccounts.privateKey.export({ type: "pkcs8", format: "pem" }),
    "service-accounts.pub": serviceAccounts.publicKey.export({ type: "spki", format: "pem" }),
    "admission.json": JSON.stringify(admission),
  };
  await Promise.all(Object.entries(contents).map(([name, text]) => write(file(layout, name), text)));
  await Promise.all(
    Object.entries(clients).map(async ([name, { user, groups }]) => {
      const identity = await authority.client(user, groups);
      await writeKubeconfig(kubeconfigOf(layout, name), layout, authority, identity);
    }),
  );
}

/** Writes a kubeconfig for whoever the certificate names. */
export function writeKubeconfig(
  path: string,
  layout: Layout,
  authority: Authority,
  identity: KeyAndCertificate,
): Promise<void> {
  return write(path, kubeconfig(layout, authority, identity));
}

/** JSON is valid YAML, which is what a kubeconfig is. */
function kubeconfig(layout: Layout, authority: Authority, identity: KeyAndCertificate): string {
  const cluster = {
    server: serverOf(layout),
    "certificate-authority-data": base64(authority.certificate),
  };
  const login = {
    "client-certificate-data": base64(identity.certificate),
    "client-key-data": base64(identity.key),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "test",
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    clusters: [{ name: "test", cluster }],
    users: [{ name: "test", user: login }],
  };
  return JSON.stringify(config, undefined, 2);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** Keys are among them: for our eyes only. */
const write = (path: string, text: string | Buffer): Promise<void> => writeFile(path, text, { mode: 0o600 });

/** A namespace that asks for nothing gets "baseline"; one that asks for "restricted" gets that. */
const admission = {
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AdmissionConfiguration",
  plugins: [
    {
      name: "PodSecurity",
      configuration: {
        apiVersion: "pod-security.admission.config.k8s.io/v1",
        kind: "PodSecurityConfiguration",
        defaults: { enforce: "baseline", "enforce-version": "latest" },
        exemptions: { namespaces: ["kube-system"] },
      },
    },
  ],
};

/** The class of claims that name none, as a cluster of a cloud has one: a disk is made where its first pod goes. */
export const defaultStorageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name: "standard",
    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
  },
  provisioner: DEFAULT_PROVISIONER,
  reclaimPolicy: "Delete",
  volumeBindingMode: "WaitForFirstConsumer",
  allowVolumeExpansion: true,
};
