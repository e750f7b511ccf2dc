import { type CheckFailure, hasUnknown, isProps, type Props, type Value } from "../../base/resource";
import { parseDuration } from "../duration";
import { GPUS_PATTERN } from "./gpus";
import { placeOf, writablePlaces } from "./storage";

const DURATIONS = ["interval", "timeout", "startPeriod", "startInterval"];
const CONTENTS = ["content", "contentBase64"];

/** What a schema cannot say of a container. Unknown values pass: they are looked at again when they are known. */
export function containerFailures(inputs: Props): CheckFailure[] {
  return [
    ...texts(inputs),
    ...healthcheck(inputs["healthcheck"]),
    ...elements(inputs, "uploads", uploadReason),
    ...elements(inputs, "volumes", volumeReason),
    ...elements(inputs, "envs", envReason),
    ...elements(inputs, "command", (part) => (part === "" ? "must not be empty" : undefined)),
    ...modes(inputs),
    ...readOnlyRoot(inputs),
  ];
}

function texts(inputs: Props): CheckFailure[] {
  const patterns: readonly [string, RegExp, string][] = [
    ["cpuSet", /^\d+([,-]\d+)*$/, 'must be CPUs as "0-2" or "0,1"'],
    ["cpus", /^\d+(\.\d+)?$/, 'must be a number of CPUs as text, such as "1.5"'],
    ["gpus", GPUS_PATTERN, 'must be "all" or "device=0,1"'],
  ];
  return patterns.flatMap(([property, pattern, reason]) => {
    const value = inputs[property];
    return typeof value !== "string" || pattern.test(value) ? [] : [{ property, reason }];
  });
}

function healthcheck(value: Value | undefined): CheckFailure[] {
  if (!isProps(value)) return [];
  return DURATIONS.flatMap((name) => {
    const text = value[name];
    const fine = typeof text !== "string" || parseDuration(text) !== undefined;
    return fine
      ? []
      : [{ property: `healthcheck.${name}`, reason: 'must be a duration such as "30s" or "1m30s"' }];
  });
}

function uploadReason(upload: Value): string | undefined {
  if (!isProps(upload)) return undefined;
  const { file, permissions, owner, group } = upload;
  const given = CONTENTS.filter((name) => upload[name] !== undefined && upload[name] !== "");
  if (given.length !== 1) return "needs exactly one of content and contentBase64, and it must not be empty";
  if (typeof file === "string" && !file.startsWith("/")) return "file must be an absolute path";
  if (typeof permissions === "string" && !/^0[0-7]{3}$/.test(permissions))
    return 'permissions must be as "0644"';
  const names = [owner, group].some((id) => typeof id === "string" && !/^\d+$/.test(id));
  // A name would be looked up on the machine that runs Pulumi, not in the image: different on every machine.
  return names ? "owner and group must be numeric ids" : undefined;
}

function volumeReason(volume: Value): string | undefined {
  if (!isProps(volume)) return undefined;
  const path = volume["containerPath"] !== undefined;
  const from = volume["fromContainer"] !== undefined;
  if (path === from) return "needs exactly one of containerPath and fromContainer";
  const host = volume["hostPath"];
  return typeof host === "string" && !host.startsWith("/") ? "hostPath must be an absolute path" : undefined;
}

function envReason(env: Value): string | undefined {
  if (typeof env !== "string" || /^[^=]+=/s.test(env)) return undefined;
  return "must be KEY=VALUE";
}

function modes(inputs: Props): CheckFailure[] {
  if (inputs["attach"] === true && inputs["mustRun"] === true) {
    const reason =
      "attach waits for the container to end, mustRun wants it to go on: a job needs mustRun: false";
    return [{ property: "mustRun", reason }];
  }
  if (inputs["attach"] === true && inputs["rm"] === true) {
    return [
      { property: "rm", reason: "takes the ended container away before attach can read its exit code" },
    ];
  }
  if (inputs["wait"] === true && inputs["start"] === false) {
    return [{ property: "wait", reason: "waits for a container that start: false never starts" }];
  }
  return [];
}

/** The engine writes files into a container with a read-only root only where a writable volume holds them. */
function readOnlyRoot(inputs: Props): CheckFailure[] {
  const { uploads, readOnly, volumes, mounts } = inputs;
  if (readOnly !== true || !Array.isArray(uploads) || hasUnknown(volumes) || hasUnknown(mounts)) return [];
  const places = writablePlaces(inputs);
  return uploads.flatMap((upload, index) => {
    const file = isProps(upload) ? upload["file"] : undefined;
    if (typeof file !== "string" || placeOf(file, places) !== undefined) return [];
    const reason =
      "the root is readOnly and no writable volume holds the file: add one with its directory as containerPath";
    return [{ property: `uploads[${index}].file`, reason }];
  });
}

function elements(
  inputs: Props,
  property: string,
  reasonFor: (value: Value) => string | undefined,
): CheckFailure[] {
  const list = inputs[property];
  if (!Array.isArray(list)) return [];
  return list.flatMap((element, index) => {
    const reason = reasonFor(element);
    return reason === undefined ? [] : [{ property: `${property}[${index}]`, reason }];
  });
}
