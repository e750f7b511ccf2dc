import type { CheckContext, Props } from "../base/resource";

const SUFFIX_LENGTH = 7;

/**
 * Gives a thing without a name the one it had, or a new one as the official provider does: the resource's name and
 * seven hexadecimal digits.
 */
export function withName(inputs: Props, olds: Props | undefined, { name, randomSeed }: CheckContext): Props {
  if (inputs["name"] !== undefined) return inputs;
  const suffix = Buffer.from(randomSeed).toString("hex").slice(0, SUFFIX_LENGTH);
  return { ...inputs, name: olds?.["name"] ?? `${name}-${suffix}` };
}
