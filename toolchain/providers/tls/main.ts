/** The resource types of @pulumi/tls, for networks where the official plugin cannot be had. */
import { serve } from "../base/serve";
import { privateKey } from "./keys";
import { locallySignedCert } from "./locally-signed";
import { certRequest } from "./request";
import { selfSignedCert } from "./self-signed";

void serve({
  name: "tls",
  version: process.env.PROVIDER_VERSION ?? "0.0.0",
  pure: true,
  configSchema: {},
  configure: () => Promise.resolve(),
  resources: {
    "tls:index/certRequest:CertRequest": certRequest,
    "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
    "tls:index/privateKey:PrivateKey": privateKey,
    "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
  },
});
