import { UserError } from "../errors";

/**
 * Puts generated text between `<!-- name -->` and `<!-- /name -->` in a Markdown document; the rest stays as it is.
 * @throws UserError when the document does not have the two marks once each, in that order
 */
export function fillSection(file: string, document: string, name: string, generated: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, inside, ...more] = document.split(begin);
  const rest = inside?.split(end);
  if (before === undefined || rest?.length !== 2 || more.length > 0) {
    throw new UserError(
      `${file}: found no section ${name}; allowed: ${begin} and ${end}, once each and in that order`,
      `add the lines ${begin} and ${end} to ${file} where the generated text belongs`,
    );
  }
  return `${before}${begin}\n\n${generated}\n\n${end}${rest[1] ?? ""}`;
}
