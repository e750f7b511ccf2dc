/** Any kind of @pulumi/kubernetes by server-side apply, for networks where the official plugin cannot be had. */
import { serve } from "../base/serve";
import { kubernetesProvider } from "./provider";

void serve(kubernetesProvider(process.env.PROVIDER_VERSION ?? "0.0.0"));
