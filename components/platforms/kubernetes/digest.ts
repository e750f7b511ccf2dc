import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** A short name for values; it tells nothing of the secrets among them, so it is no secret itself. */
export function digest(values: pulumi.Input<readonly pulumi.Input<unknown>[]>): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi
      .output(values)
      .apply((all) => createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 16)),
  );
}
