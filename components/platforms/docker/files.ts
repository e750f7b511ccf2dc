import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type TextValue, unwrap } from "../../core/values";
import { FILES } from "../../core/workload";
import { LABEL, labels, objectName } from "./names";

/** The volume that holds a workload's files, and what must exist before it is mounted. */
export interface MountedFiles {
  readonly volumeName: pulumi.Output<string>;
  readonly readyWhen: readonly pulumi.Resource[];
}

/** Args of `mountFiles`. */
export interface FilesArgs {
  readonly stack: string;
  readonly workload: string;
  readonly imageId: pulumi.Input<string>;
  readonly files: Readonly<Record<string, TextValue>>;
}

/**
 * Brings files into a container whose root file system is read-only. Docker refuses to copy into such a container, so the
 * files go into a volume, by way of a container that is never started (docs/adr/0007). The volume's name holds a hash of
 * their content: a changed file is a new volume, and so a new container of the workload.
 */
export function mountFiles(args: FilesArgs, parent: pulumi.ComponentResource): MountedFiles {
  const entries = Object.entries(args.files)
    .map(([file, value]) => ({ file, content: unwrap(value) }))
    .sort((a, b) => a.file.localeCompare(b.file));
  const name = objectName(args.stack, args.workload, "files");
  const marks = { [LABEL.stack]: args.stack, [LABEL.files]: args.workload };
  const volume = new docker.Volume(
    `${args.workload}-files`,
    { name: pulumi.interpolate`${name}-${digest(entries)}`, labels: labels(marks) },
    // The old one goes first. Left for later by a run that fails, it would be deleted from under a container that has gone back
    // to it: a content that returns has its old name again.
    { parent, deleteBeforeReplace: true },
  );
  const volumeName = volume.name;
  const carrier = new docker.Container(
    `${args.workload}-files-carrier`,
    {
      name,
      image: args.imageId,
      entrypoints: ["never-started"],
      start: false,
      mustRun: false,
      networkMode: "none",
      volumes: [{ volumeName, containerPath: FILES }],
      uploads: entries.map(({ file, content }) => ({ file, content, permissions: "0444" })),
      labels: labels(marks),
    },
    { parent, deleteBeforeReplace: true, dependsOn: [volume] },
  );
  return { volumeName, readyWhen: [volume, carrier] };
}

/** A short hash of all names and contents. It tells nothing of the secrets among them, so it is no secret itself. */
function digest(entries: readonly { file: string; content: pulumi.Output<string> }[]): pulumi.Output<string> {
  const all = pulumi.all(entries.map(({ file, content }) => pulumi.all([file, content])));
  return pulumi.unsecret(
    all.apply((pairs) => createHash("sha256").update(JSON.stringify(pairs)).digest("hex").slice(0, 12)),
  );
}
