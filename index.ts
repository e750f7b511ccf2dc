import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { assemble } from "./components/assembly";
import { loadSettings } from "./components/config";
import { Secrets } from "./components/secrets";
import { targetOf } from "./components/target";
import { Authority } from "./components/tls";

const settings = loadSettings();
const stack = pulumi.getStack();
const target = targetOf({ stack, settings, root: __dirname });
const { present, withoutPages } = target;
/** Services that cannot run there, and why. */
export const { absent } = target;

const providers = [...target.providers, new random.Provider("random", {}), new tls.Provider("tls", {})];
const opts = { providers };
const secrets = new Secrets("secrets", opts);
const certificates = new Authority("authority", { commonName: `Semblance Curation (${stack})` }, opts);
const platform = target.platform(certificates, opts);
const access = assemble(
  { stack, settings, present, absent, withoutPages },
  { platform, certificates, secrets },
  opts,
);

/** Where people go. */
export const urls = access.urls;
/** Who they log in as; `npm run password -- SERVICE` shows a password. */
export const logins = access.logins;
/** Passwords by service. */
export const passwords = access.passwords;
/** Certificate of the stack's authority: what a browser or a client must trust. */
export const caCertificate = certificates.certificate;
