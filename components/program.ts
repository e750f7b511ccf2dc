import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { assemble } from "./assembly";
import { Secrets } from "./secrets";
import { targetOf, type TargetArgs } from "./target";
import { Authority } from "./tls";
import { arrowsAmong } from "./topology";

/** Registers everything that a stack has, and answers with what people need to reach it. */
export function deploy(args: TargetArgs) {
  const { stack, settings } = args;
  const target = targetOf(args);
  const { absent, present, withoutPages } = target;
  const providers = [...target.providers, new random.Provider("random", {}), new tls.Provider("tls", {})];
  const opts = { providers };
  const secrets = new Secrets("secrets", opts);
  const certificates = new Authority("authority", { commonName: `Semblance Curation (${stack})` }, opts);
  const platform = target.platform(certificates, opts);
  const { urls, logins, passwords } = assemble(
    { stack, settings, present, absent, withoutPages },
    { platform, certificates, secrets },
    opts,
  );
  const arrows = arrowsAmong(present, platform.managed).map(
    ({ from, to, port }) => `${from} → ${to}:${port}`,
  );
  return { absent, urls, logins, passwords, arrows, caCertificate: certificates.certificate };
}
