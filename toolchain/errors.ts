/**
 * A mistake or a lack that the person at the keyboard can mend. Printed without a stack trace.
 * The message says what was found and what is allowed; `fix` is the command or step that mends it.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  constructor(
    message: string,
    readonly fix?: string,
  ) {
    super(fix === undefined ? message : `${message}\n  fix: ${fix}`);
  }
}
