import type { Olds, OperationContext, Props, ResourceType } from "./resource";
import { UNKNOWN } from "./value";

/** What a create would give: the type's own preview, or the inputs; every output that neither tells is unknown. */
export async function previewOfCreate(
  type: ResourceType,
  inputs: Props,
  context: OperationContext,
): Promise<Props> {
  const unknown: Props = Object.fromEntries(type.outputs.map((name) => [name, UNKNOWN]));
  return { ...unknown, ...((await type.previewCreate?.(inputs, context)) ?? inputs) };
}

/** What an update would give: the type's own preview, or the old state with the new inputs over it. */
export async function previewOfUpdate(
  type: ResourceType,
  id: string,
  olds: Olds,
  news: Props,
  context: OperationContext,
): Promise<Props> {
  if (type.previewUpdate) return type.previewUpdate(id, olds, news, context);
  const unknown = (type.unknownAfterUpdate?.(olds, news) ?? []).map((name) => [name, UNKNOWN] as const);
  return { ...olds.state, ...news, ...Object.fromEntries(unknown) };
}
