import type { Props } from "../base/value";
import { ApiError } from "./api/errors";
import { ANNOTATIONS, textAt, titleOf } from "./manifest";

/** Field managers that stand for a person or an earlier provider of this stack, whose fields are taken over. */
const TAKEN_OVER =
  /^(kubectl(-client-side-apply)?|before-first-apply|pulumi-(resource-)?kubernetes(\.exe)?)$/;

/** The server's refusal in words that say where, why and what to do. Other errors are left as they are. */
export function advised(error: unknown, action: string, manifest: Props): unknown {
  if (!(error instanceof ApiError)) return error;
  const fix = fixOf(error, manifest);
  const lines = [
    `cannot ${action} ${titleOf(manifest)}: ${wordsOf(error)}`,
    ...(fix ? [`  fix: ${fix}`] : []),
  ];
  return new Error(lines.join("\n"), { cause: error });
}

/** Field by field where the server says so. */
function wordsOf(error: ApiError): string {
  const { causes, message } = error;
  if (isConflict(error))
    return causes.map(({ field, message: said }) => `${field}: ${said}`).join("; ") || message;
  if (error.reason !== "Invalid" || causes.length === 0) return message;
  return causes.map(({ field, message: said }) => `${field}: ${said}`).join("; ");
}

function fixOf(error: ApiError, manifest: Props): string | undefined {
  const { code, message } = error;
  const namespace = textAt(manifest, "metadata", "namespace") ?? "default";
  if (isUnknownField(error)) return "correct the field's name or place, or remove it";
  const admission = admissionFix(message, namespace);
  if (admission !== undefined) return admission;
  if (isConflict(error))
    return `somebody else has set these fields; leave them out of the program, or take them over with the annotation ${ANNOTATIONS.patchForce}: "true"`;
  if (isMissingNamespace(error))
    return "create the namespace first, and pass its metadata.name on (dependsOn)";
  if (isImmutable(error))
    return "the field is fixed once the object exists; the resource option replaceOnChanges: [<its path>] makes it anew (data on its volumes may go with it)";
  if (code === 401)
    return "the credentials in the kubeconfig are not accepted (expired?): kubectl auth whoami";
  if (isDenied(error)) return `ask for the right: kubectl auth can-i --list --namespace ${namespace}`;
  return undefined;
}

/** What to do about pods that a namespace does not let in. */
export function admissionFix(message: string, namespace: string): string | undefined {
  if (/violates PodSecurity/.test(message))
    return `give pod and containers the securityContext that the message names, or label the namespace otherwise: kubectl get namespace ${namespace} -o yaml`;
  if (/exceeded quota|must specify /.test(message))
    return `ask for less, or raise the quota: kubectl -n ${namespace} describe resourcequota`;
  return undefined;
}

/** A field that the kind does not have, in either of the server's wordings. */
export function isUnknownField({ message }: ApiError): boolean {
  return /field not declared in schema|unknown field "|duplicate field "/.test(message);
}

/** Another manager has set a field to something else. */
export function isConflict({ code, causes, message }: ApiError): boolean {
  return code === 409 && (causes.length > 0 || /conflict with/.test(message));
}

/** A conflict only with those whose fields are taken over without asking. */
export function isTakeover(error: ApiError): boolean {
  if (!isConflict(error)) return false;
  const managers = error.causes.map(({ message }) => /conflict with "([^"]*)"/.exec(message)?.[1] ?? "");
  return managers.length > 0 && managers.every((manager) => TAKEN_OVER.test(manager));
}

/** The namespace is not there, or not there yet. */
export function isMissingNamespace({ code, message }: ApiError): boolean {
  return code === 404 && /namespaces? "[^"]*" not found/.test(message);
}

/** The server does not let the field change. */
export function isImmutable({ code, message }: ApiError): boolean {
  return code === 422 && /immutable|updates to .* are forbidden|may not be changed/i.test(message);
}

/** Authorisation says no, as opposed to admission. */
export function isDenied({ code, message }: ApiError): boolean {
  return code === 403 && / cannot (get|list|create|update|patch|delete) resource /.test(message);
}

/** Wrong in itself, whatever else there is in the cluster: no later moment will make it right. */
export function isWrong(error: ApiError): boolean {
  return isUnknownField(error) || error.code === 400 || (error.code === 422 && !isImmutable(error));
}

/** Likely to be gone in a moment: what it waits for is being made beside it. */
export function isPassing(error: ApiError): boolean {
  return (
    isMissingNamespace(error) ||
    /status unknown for quota|serviceaccount "default" not found/.test(error.message) ||
    // Many objects at once, one quota to count them in.
    (error.code === 409 && /resourcequotas/.test(error.message))
  );
}
