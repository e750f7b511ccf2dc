import { PartialFailure, type OperationContext } from "./resource";

/** What the engine allows an operation when the program sets no customTimeouts: as the official providers do. */
const DEFAULT_TIMEOUT_MS = 20 * 60_000;
/** How long an interrupted operation may take to put things in order. The engine itself kills us after 5 s. */
const GRACE_MS = 30_000;

/** Where an operation's lines go. */
export interface OperationLog {
  info(urn: string, line: string): void;
  warn(urn: string, line: string): void;
}

/** What is asked for. */
export interface OperationRequest {
  readonly urn: string;
  /** From the resource option customTimeouts; 0 means the default. */
  readonly timeoutSeconds: number;
  readonly defaultTimeoutMs?: number | undefined;
  readonly ignoreChanges?: readonly string[];
}

/** The operations that run in this process: each with a time limit, all of them cancellable. */
export class Operations {
  private readonly cancelled = new AbortController();
  private readonly running = new Set<Promise<unknown>>();

  constructor(private readonly log: OperationLog) {}

  /** Runs one operation. */
  async run<T>(request: OperationRequest, work: (context: OperationContext) => Promise<T>): Promise<T> {
    const { urn, timeoutSeconds, defaultTimeoutMs = DEFAULT_TIMEOUT_MS, ignoreChanges = [] } = request;
    const timeoutMs = timeoutSeconds > 0 ? timeoutSeconds * 1000 : defaultTimeoutMs;
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = AbortSignal.any([this.cancelled.signal, timeout]);
    if (this.cancelled.signal.aborted) throw new Error("cancelled before it began");
    const operation = work({
      ...{ urn, timeoutMs, signal, ignoreChanges },
      log: (line) => this.log.info(urn, line),
      warn: (line) => this.log.warn(urn, line),
    });
    this.running.add(operation);
    try {
      return await operation;
    } catch (error) {
      throw signal.aborted ? interrupted(error, timeout.aborted, timeoutMs) : error;
    } finally {
      this.running.delete(operation);
    }
  }

  /** Aborts what runs and refuses what comes. */
  cancel(): void {
    this.cancelled.abort();
  }

  /** Aborts, and waits for the running operations to clean up. */
  async stop(): Promise<void> {
    this.cancel();
    const settled = Promise.allSettled([...this.running]);
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, GRACE_MS).unref())]);
  }
}

/** Says first why the operation stopped; what it made and could not remove stays known. */
function interrupted(error: unknown, timedOut: boolean, timeoutMs: number): Error {
  const why = timedOut
    ? `timed out after ${timeoutMs / 1000} s (resource option customTimeouts)`
    : "cancelled";
  if (error instanceof PartialFailure)
    return new PartialFailure(error.id, error.state, [why, ...error.reasons], error.inputs);
  // An abort's own message ("This operation was aborted") says no more than `why` does.
  const said = error instanceof Error && !["AbortError", "TimeoutError"].includes(error.name);
  return new Error(said ? `${why}: ${error.message}` : why, { cause: error });
}
