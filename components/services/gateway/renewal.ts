import type { CertificateFiles } from "./model";

/** Stands in the configuration for what the certificate is at the moment. */
export const CERTIFICATE_STAMP = "certificate-as-it-is";

/** The configuration that Caddy runs with where the certificate is renewed while it runs. */
export const WATCHED_CONFIG = "/tmp/caddy.json";

/** Time between two looks at the certificate. */
const LOOK_SECONDS = 10;

/**
 * A script that starts in the background. Caddy reads certificates when it loads its configuration, and loads it anew when it
 * has changed (`--watch`). So the configuration gets a tag that changes with the certificate. It is written whole, or not at all.
 */
export function watchCertificate(config: string, { certificate, key }: CertificateFiles): string {
  return [
    `cp ${config} ${WATCHED_CONFIG}.plain`,
    `look() { stamp=$(cat ${certificate} ${key} | sha256sum | cut -c 1-64) && sed "s/${CERTIFICATE_STAMP}/$stamp/" ${WATCHED_CONFIG}.plain > ${WATCHED_CONFIG}.new && mv ${WATCHED_CONFIG}.new ${WATCHED_CONFIG}; }`,
    "look",
    `while sleep ${LOOK_SECONDS}; do look; done &`,
  ].join("\n");
}
