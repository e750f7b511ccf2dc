import type { Resource } from "../core/resource";
import type { StackView } from "../core/rule";
import type { Value } from "../core/value";
import { containersOf } from "./containers";
import { fileTypes, filesIn } from "./files";
import { workloadTypes } from "./types";

/** Types that hold texts by which programs are configured. */
export const configTextTypes: readonly string[] = [...new Set([...workloadTypes, ...fileTypes])];

/** A text by which a program is configured. */
export interface ConfigText {
  readonly resource: Resource;
  readonly path: string;
  /** Name of the variable or of the file; empty for the words of a command. */
  readonly name: string;
  readonly value: Value;
  readonly in: "environment" | "command" | "file";
  /** Variables of the same container. */
  readonly siblings: readonly { readonly name: string; readonly value: Value }[];
}

/** Files that configure a program, by their names: not its code, and not pages or pictures. */
const CONFIG =
  /(\.(conf|cnf|cfg|ini|ya?ml|json|toml|env|properties|xml)|(^|[/.])(env|(kube)?config|[A-Z][A-Z0-9_]*))$/;

/** The texts of one resource. */
export function configTextsOf(resource: Resource): readonly ConfigText[] {
  const containers = workloadTypes.includes(resource.type) ? containersOf(resource) : [];
  const files = fileTypes.includes(resource.type) ? filesIn(resource) : [];
  return [
    ...containers.flatMap(({ env, command, commandPath }) => [
      ...env
        .filter(({ from }) => from === "literal")
        .map(({ name, path, value }): ConfigText => ({
          resource,
          path,
          name,
          value,
          in: "environment",
          siblings: env,
        })),
      ...command.map((value, index): ConfigText => ({
        resource,
        path: `${commandPath}[${index}]`,
        name: "",
        value,
        in: "command",
        siblings: env,
      })),
    ]),
    ...files
      .filter(({ name }) => CONFIG.test(name))
      .map(({ path, name, content }): ConfigText => ({
        resource,
        path,
        name,
        value: content,
        in: "file",
        siblings: [],
      })),
  ];
}

/** The texts of all resources. */
export const configTexts = (stack: StackView): readonly ConfigText[] =>
  stack.of(...configTextTypes).flatMap(configTextsOf);
