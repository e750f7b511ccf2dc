import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { DetailedChange } from "./diff";
import type { Redactor } from "./redact";
import type { CheckFailure } from "./resource";

/** What Check and CheckConfig answer. */
export function checkResponse(
  inputs: Struct,
  failures: readonly CheckFailure[],
  redactor: Redactor,
): proto.CheckResponse {
  const response = new proto.CheckResponse();
  response.setInputs(inputs);
  for (const { property, reason } of failures) {
    const failure = new proto.CheckFailure();
    // The path goes into the reason: beside a property of its own, the engine would print the property's value.
    failure.setReason(redactor.clean(`${property}: ${reason}`));
    response.addFailures(failure);
  }
  return response;
}

/** What Diff and DiffConfig answer. */
export function diffResponse(
  changes: readonly DetailedChange[],
  replaces: string[],
  diffs: string[],
  deleteBeforeReplace: boolean,
): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse();
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(replaces);
  response.setDiffsList(diffs);
  response.setDeletebeforereplace(deleteBeforeReplace && replaces.length > 0);
  response.setHasdetaileddiff(true);
  for (const change of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(KINDS[change.kind][change.replaces ? "replace" : "keep"]);
    detail.setInputdiff(change.inputDiff);
    response.getDetaileddiffMap().set(change.path, detail);
  }
  return response;
}

const { Kind } = proto.PropertyDiff;
const KINDS = {
  add: { keep: Kind.ADD, replace: Kind.ADD_REPLACE },
  delete: { keep: Kind.DELETE, replace: Kind.DELETE_REPLACE },
  update: { keep: Kind.UPDATE, replace: Kind.UPDATE_REPLACE },
} as const;
