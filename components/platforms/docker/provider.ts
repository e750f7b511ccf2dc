import * as docker from "@pulumi/docker";
import type * as pulumi from "@pulumi/pulumi";

/** The Docker engine that the environment names: DOCKER_HOST, or the local one. */
export const dockerProvider = (): pulumi.ProviderResource => new docker.Provider("docker", {});
