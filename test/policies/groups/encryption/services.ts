import type { Fixture } from "../../rpc";
import { UNKNOWN } from "../../rpc";

/** Servers as the cases need them, on Docker and on Kubernetes. */
export const dockerContainer = (props: Fixture["props"], name = "server"): Fixture => ({
  type: "docker:index/container:Container",
  name,
  props,
});

/** A container by the id of its image, whose name only the image's own resource has. */
export const byId = (image: string, props: Fixture["props"]): readonly Fixture[] => [
  { type: "docker:index/remoteImage:RemoteImage", name: "image", props: { name: image } },
  { ...dockerContainer({ image: UNKNOWN, ...props }), dependsOn: { image: ["image"] } },
];

/** A container whose file another one, that is never started, has laid into a volume of both. */
export const withCarrier = (
  image: string,
  command: readonly string[],
  files: Readonly<Record<string, string>>,
): readonly Fixture[] => [
  { type: "docker:index/volume:Volume", name: "files", props: { name: UNKNOWN } },
  {
    ...dockerContainer({
      image,
      entrypoints: [...command],
      volumes: [{ volumeName: UNKNOWN, containerPath: "/etc/x" }],
    }),
    dependsOn: { volumes: ["files"] },
  },
  {
    ...dockerContainer(
      {
        image,
        start: false,
        entrypoints: ["never-started"],
        volumes: [{ volumeName: UNKNOWN, containerPath: "/etc/x" }],
        uploads: Object.entries(files).map(([file, content]) => ({ file, content })),
      },
      "carrier",
    ),
    dependsOn: { volumes: ["files"] },
  },
];

/** A pod, and the ConfigMap that it mounts. */
export const pod = (
  image: string,
  container: Fixture["props"],
  files: Readonly<Record<string, string>> = {},
  type = "kubernetes:apps/v1:StatefulSet",
): readonly Fixture[] => [
  {
    type,
    name: "server",
    props: {
      metadata: { namespace: "data" },
      spec: {
        template: {
          spec: {
            containers: [{ name: "server", image, ...container }],
            volumes: [{ name: "files", projected: { sources: [{ configMap: { name: "files" } }] } }],
          },
        },
      },
    },
  },
  {
    type: "kubernetes:core/v1:ConfigMap",
    name: "files",
    props: { metadata: { name: "files", namespace: "data" }, data: files },
  },
];
