import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { assemble } from "./components/assembly";
import { absentMembers, builtImages } from "./components/built-images";
import { loadSettings } from "./components/config";
import { imageRef } from "./components/images";
import { DockerPlatform } from "./components/platforms/docker";
import { dockerProvider } from "./components/platforms/docker/provider";
import { Secrets } from "./components/secrets";
import { Authority } from "./components/tls";
import { arrowsAmong, memberNames, membersOf } from "./components/topology";

const settings = loadSettings();
const stack = pulumi.getStack();
const built = builtImages(__dirname);
/** Services that this machine cannot run, and why. */
export const absent = absentMembers(__dirname);
const present = membersOf({ ...settings, absent: memberNames.filter((name) => name in absent) });

// Jaeger's Go module comes without its web application.
const withoutPages = built.jaeger === undefined ? [] : (["jaeger"] as const);

const providers = [dockerProvider(), new random.Provider("random", {}), new tls.Provider("tls", {})];
const opts = { providers };

const secrets = new Secrets("secrets", opts);
const certificates = new Authority("authority", { commonName: `Semblance Curation (${stack})` }, opts);
const platform = new DockerPlatform(
  {
    stack,
    subnets: settings.subnets,
    imageOf: (name) => imageRef(name, { mirror: settings.images.mirror, built }),
    memoryMiB: settings.memoryMiB,
    arrows: arrowsAmong(present),
    egress: present.has("alertmanager") && settings.alerts.receiver === "webhook",
    engineFolder: settings.docker.engineFolder,
  },
  opts,
);
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
