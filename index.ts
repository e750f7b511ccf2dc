import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { assemble } from "./components/assembly";
import { builtImages } from "./components/built-images";
import { loadSettings } from "./components/config";
import { imageRef } from "./components/images";
import { DockerPlatform } from "./components/platforms/docker";
import { Secrets } from "./components/secrets";
import { Authority } from "./components/tls";

const settings = loadSettings();
const stack = pulumi.getStack();
const built = builtImages(__dirname);

const providers = [
  new docker.Provider("docker", {}),
  new random.Provider("random", {}),
  new tls.Provider("tls", {}),
];
const opts = { providers };

const secrets = new Secrets("secrets", opts);
const certificates = new Authority("authority", { commonName: `Semblance Curation (${stack})` }, opts);
const platform = new DockerPlatform(
  {
    stack,
    subnets: settings.subnets,
    imageOf: (name) => imageRef(name, { mirror: settings.images.mirror, built }),
    memoryMiB: settings.memoryMiB,
  },
  opts,
);
const platformOutputs = assemble(stack, settings, { platform, certificates, secrets }, opts);
void platformOutputs;

/** Certificate of the stack's authority: what a browser or client must trust. */
export const caCertificate = certificates.certificate;
