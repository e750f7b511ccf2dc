import { isProps, type Value } from "../../base/value";

/** One field that the API server complains about. */
export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** A refusal of the API server: its `Status` object. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly causes: readonly Cause[] = [],
  ) {
    super(message);
  }

  /** Reads the body of an answer that is no success. */
  static of(code: number, body: Value | undefined, text: string): ApiError {
    const status = isProps(body) ? body : {};
    const message = typeof status["message"] === "string" ? status["message"] : text.trim().slice(0, 500);
    const reason = typeof status["reason"] === "string" ? status["reason"] : "";
    const details = status["details"];
    const causes = isProps(details) && Array.isArray(details["causes"]) ? details["causes"] : [];
    return new ApiError(
      code,
      reason,
      message || `HTTP ${code}`,
      causes.filter(isProps).map((cause) => ({
        field: String(cause["field"] ?? ""),
        message: String(cause["message"] ?? ""),
      })),
    );
  }
}

/** The API server could not be talked to at all. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
  constructor(server: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(
      `the Kubernetes API server ${server} does not answer: ${said}\n` +
        "  fix: see that it runs and that the kubeconfig names it: kubectl cluster-info",
      { cause },
    );
  }
}

/** The API server knows no such kind: the CustomResourceDefinition is missing, or the version is gone. */
export class NoSuchKind extends Error {
  override readonly name = "NoSuchKind";
  constructor(apiVersion: string, kind: string) {
    super(
      `the API server knows no kind ${kind} in ${apiVersion}\n` +
        "  fix: install its CustomResourceDefinition first (dependsOn), or use a version that the server has: kubectl api-resources",
    );
  }
}

/** The answer, or undefined where the server has no such object. */
export async function found<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}
