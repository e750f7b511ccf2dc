/** The resource types of @pulumi/docker that this project uses, for networks where the official plugin cannot be had. */
import { serve } from "../base/serve";
import { dockerProvider } from "./provider";

void serve(dockerProvider(process.env.PROVIDER_VERSION ?? "0.0.0"));
