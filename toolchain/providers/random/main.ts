/** The resource types of @pulumi/random that this project uses, for networks where the official plugin cannot be had. */
import { serve } from "../base/serve";
import { randomBytes, randomId } from "./bytes";
import { randomPassword, randomString } from "./text";

void serve({
  name: "random",
  version: process.env.PROVIDER_VERSION ?? "0.0.0",
  pure: true,
  configSchema: {},
  configure: () => Promise.resolve(),
  resources: {
    "random:index/randomBytes:RandomBytes": randomBytes,
    "random:index/randomId:RandomId": randomId,
    "random:index/randomPassword:RandomPassword": randomPassword,
    "random:index/randomString:RandomString": randomString,
  },
});
