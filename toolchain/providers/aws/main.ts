/** Previews of @pulumi/aws, for networks where the official plugin cannot be had. */
import { serve } from "../base/serve";
import { awsProvider } from "./provider";

void serve(awsProvider(process.env.PROVIDER_VERSION ?? "0.0.0"));
