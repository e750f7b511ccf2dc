import { CANARY, type Cases } from "../../cases";
import { type Fixture, UNKNOWN } from "../../rpc";

const volume = (props: Fixture["props"]): Fixture => ({ type: "docker:index/volume:Volume", props });
const attested = [{ label: "encryption-at-rest", value: "luks" }];
const mount = (volumeOptions: Fixture["props"]) => ({
  mounts: [{ type: "volume", source: "data", target: "/data", volumeOptions }],
});

export const volumesAttested: Cases = {
  rule: "ear-13-docker-volume-attested",
  good: volume({ labels: attested }),
  bad: volume({ labels: [{ label: "encryption-at-rest", value: "" }] }),
  unknown: volume({ labels: UNKNOWN }),
  unknownIs: "fine",
  missing: volume({ name: "data" }),
  missingIs: "violation",
  canary: volume({ driverOpts: { type: "cifs", o: `username=me,password=${CANARY}` }, labels: attested }),
  sibling: { type: "docker:index/container:Container", props: mount({ driverName: "local" }) },
  more: [
    {
      name: "a share in plain",
      is: "violation",
      of: volume({ labels: attested, driverOpts: { type: "nfs4", o: "addr=10.0.0.9,rw" } }),
    },
    {
      name: "a share that is encrypted",
      is: "fine",
      of: volume({ labels: attested, driverOpts: { type: "nfs4", o: "addr=10.0.0.9,sec=krb5p" } }),
    },
    {
      name: "a mount of a service",
      is: "violation",
      of: {
        type: "docker:index/service:Service",
        props: { taskSpec: { containerSpec: mount({ labels: [{ label: "a", value: "b" }] }) } },
      },
    },
    {
      name: "a mount of a volume that is declared elsewhere",
      is: "fine",
      of: {
        type: "docker:index/container:Container",
        props: { mounts: [{ type: "volume", source: "data", target: "/data" }] },
      },
    },
  ],
};
