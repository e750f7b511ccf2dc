import { SELF_TEST_MODEL } from "../../../components/services/ollama/models";
import type { NotedModel } from "./settings";
import type { Contents } from "./store";

/** One model in the list. */
export interface ModelRow {
  readonly name: string;
  readonly from: string;
  readonly ready: boolean;
  readonly state: string;
}

/** Every model that the stack shall have, and what its server has besides. */
export function modelRows(noted: readonly NotedModel[], contents: Contents): ModelRow[] {
  const asked = [
    rowOf({ name: SELF_TEST_MODEL.name }, "built in", contents),
    ...noted.map((model) => rowOf(model, sourceOf(model), contents)),
  ];
  const names = new Set(asked.map(({ name }) => tagged(name)));
  const others = [...contents.models.keys()].filter((name) => !names.has(name)).sort();
  return [
    ...asked,
    ...others.map((name) => ({ name, from: "", ready: true, state: "ready, and not in the settings" })),
  ];
}

const sourceOf = ({ sha256 }: NotedModel): string =>
  sha256 === undefined ? "library" : `file ${sha256.slice(0, 12)}`;

function rowOf({ name, sha256 }: NotedModel, from: string, { blobs, models }: Contents): ModelRow {
  const parts = models.get(tagged(name));
  const row = (state: string, ready = false): ModelRow => ({ name, from, ready, state });
  if (parts !== undefined && (sha256 === undefined || parts.has(sha256))) return row("ready", true);
  if (name === SELF_TEST_MODEL.name) return row("missing: npm run up");
  if (sha256 === undefined) return row(`missing: npm run models -- pull ${name}`);
  return blobs.has(sha256)
    ? row("brought: npm run up makes it known to Ollama")
    : row(`missing: npm run models -- add ${name} FILE.gguf`);
}

/** A model's name in full, as Ollama has it. */
const tagged = (name: string): string => (name.includes(":") ? name : `${name}:latest`);
