/**
 * Pulumi's SDK writes a stack trace onto each of the program's thousands of promises, for its report on promises that leak
 * (`debuggablePromise` in @pulumi/pulumi/runtime). Mapping those to the lines of TypeScript took more than half of the program's
 * CPU time (docs/benchmarks.md). They are left empty, unless the variable that Pulumi names in that report asks for them.
 * Traces of errors are mapped as ever.
 */
const mapped = Error.prepareStackTrace;
if (mapped !== undefined && process.env["PULUMI_DEBUG_PROMISE_LEAKS"] === undefined) {
  Error.prepareStackTrace = (error, frames): unknown =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? "" : mapped(error, frames);
}
