import type { UserError } from "../../../errors";

/** What a message about a failed Pulumi command can name. */
export interface PulumiContext {
  readonly stack: string;
  readonly command: string;
  readonly passphraseFrom: string;
  readonly backendUrl: string;
}

/** Knows one kind of failure by the words of Pulumi's CLI; undefined when it is another kind. */
export type Explanation = (text: string, context: PulumiContext) => UserError | undefined;
