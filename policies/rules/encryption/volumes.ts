import { type Report, resourceRule } from "../../core/rule";
import { at, entries, isMissing, isUnknown, items, text, type Value } from "../../core/value";
import { matches } from "../../core/pattern";
import { dockerContainer, dockerService, dockerVolume } from "../../models/types";

const LABEL = "encryption-at-rest";

interface VolumeLike {
  readonly path: string;
  readonly name: string;
  readonly driver: Value;
  readonly options: Value;
  readonly labels: Value;
}

/** What nobody but the owner of a machine can know of its disks. */
export const volumesAttested = resourceRule({
  name: "ear-13-docker-volume-attested",
  group: "encryption",
  severity: "low",
  summary: "Somebody attests that the disk below each Docker volume is encrypted.",
  why: "Docker writes volumes in plain into a folder of its machine, and cannot tell whether the disk below is encrypted: whoever takes the disk takes the data.",
  fix: `Encrypt the machine's disk (LUKS, FileVault, BitLocker, encrypted EBS), then say so: a label ${LABEL} on the volume that names how, or the volume in the option attested and who answers for its disk in attestedBy, under review. Mount network shares with sec=krb5p or seal.`,
  maps: [],
  unknown: "present",
  options: {
    attested: {
      description:
        "names of volumes on an encrypted disk; * stands for any characters, and alone for nothing",
      default: [],
    },
    attestedBy: {
      description:
        "who answers for the disk below those volumes, and how it is encrypted; without it none is attested",
      default: [],
    },
    encryptedDrivers: { description: "volume drivers that encrypt", default: [] },
  },
  bad: `new docker.Volume("data", { name: "data" });`,
  good: `new docker.Volume("data", { name: "data", labels: [{ label: "encryption-at-rest", value: "luks" }] });`,
  types: [dockerVolume, dockerContainer, dockerService],
  check({ type, name, props }, report) {
    if (type === dockerVolume) {
      const { driver, driverOpts, labels } = props;
      return judge({ path: "", name, driver, options: driverOpts, labels }, report);
    }
    // A mount with options of its own makes its volume on the spot.
    const container = type === dockerService ? at(props, "taskSpec", "containerSpec") : props;
    items(at(container, "mounts")).forEach((mount, index) => {
      const own = at(mount, "volumeOptions");
      if (text(at(mount, "type")) !== "volume" || isMissing(own)) return;
      judge(
        {
          path: `${type === dockerService ? "taskSpec.containerSpec." : ""}mounts[${index}].volumeOptions`,
          name: text(at(mount, "source")) ?? name,
          driver: at(own, "driverName"),
          options: at(own, "driverOptions"),
          labels: at(own, "labels"),
        },
        report,
      );
    });
  },
});

function judge({ path, name, driver, options, labels }: VolumeLike, report: Report): void {
  const share = text(at(options, "type")) ?? "";
  const how = text(at(options, "o")) ?? "";
  if (/^(nfs|cifs|smb)/.test(share) && !/(^|,)(sec=krb5p|seal)(,|$)/.test(how))
    return report.violation(join(path, "driverOpts"), "mounts a network share that sends its files in plain");
  if (report.list("encryptedDrivers").includes(text(driver) ?? "local")) return;
  if (isUnknown(labels) || attests(labels)) return;
  const where = join(path, "labels");
  // A pattern that fits every name says nothing about any.
  if (!report.list("attested").some((pattern) => !/^\*+$/.test(pattern) && matches(pattern, name)))
    report.violation(where, `has no ${LABEL}, and the option attested does not list it`);
  else if (report.list("attestedBy").length === 0)
    report.violation(
      where,
      `has no ${LABEL}, and the option attestedBy names nobody who answers for the disk`,
    );
}

/** Labels are a list with pairs on a volume, and an object elsewhere. */
const attests = (labels: Value): boolean =>
  items(labels).some((one) => at(one, "label") === LABEL && !isMissing(at(one, "value"))) ||
  entries(labels).some(([label, value]) => label === LABEL && !isMissing(value));

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
