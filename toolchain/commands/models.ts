import { findEngine } from "../engine";
import { UserError } from "../errors";
import { interruptible } from "../images/interrupt";
import { silent } from "../progress";
import { table } from "../terminal";
import type { Args } from "./args";
import { type Command, stackOf, type Surroundings } from "./command";
import { checkGguf } from "./models/file";
import type { ModelStore } from "./models/helper";
import { modelRows } from "./models/rows";
import { checkName, noteModel, type NotedModel } from "./models/settings";
import { contentsOf, findStore, pullModel, putFile } from "./models/store";
import { readWords, type Request, requestOf, syntax } from "./models/words";
import { hasState, openStack } from "./stack/open";
import { readSettings } from "./stack/settings";

/** `npm run models`: the language models of a stack. */
export const models: Command & { read(argv: readonly string[]): Args } = { syntax, read: readWords, run };

async function run(args: Args, surroundings: Surroundings): Promise<number> {
  const request = requestOf(args);
  const stack = stackOf(args);
  const up = (more = ""): string => {
    const options = [stack === "dev" ? "" : ` --stack ${stack}`, more].join("");
    return options === "" ? "npm run up" : `npm run up --${options}`;
  };
  const size = request.do === "add" ? await checkGguf(request.file) : 0;
  if (!(await hasState(surroundings.root)))
    throw new UserError(`stack "${stack}" has not been brought up yet`, up(" --profile full"));
  const { cli } = await openStack(surroundings.root, stack, silent);
  const { profile, ollama } = await readSettings(cli);
  if (profile !== "full")
    throw new UserError(
      `stack "${stack}" has profile ${profile}, which has no Ollama`,
      up(" --profile full"),
    );
  if (request.do !== "list") checkName(request.name, ollama.models);
  const engine = await findEngine();
  if (engine === undefined)
    throw new UserError("no Docker Engine answers", "npm run doctor says what was looked for");
  const store = await findStore(engine.docker, stack, up());
  if (request.do === "list") return list(store, ollama.models, surroundings);
  const model = await bring(store, request, size, surroundings);
  await noteModel(cli, ollama.models, model);
  surroundings.print(
    request.do === "add"
      ? `${model.name} is stored (sha256 ${model.sha256}) and noted in the settings of stack "${stack}".`
      : `${model.name} is there and noted in the settings of stack "${stack}".`,
  );
  surroundings.print(`next: ${up()}`);
  return 0;
}

async function list(
  store: ModelStore,
  noted: readonly NotedModel[],
  { print, style }: Surroundings,
): Promise<number> {
  const rows = modelRows(noted, await contentsOf(store));
  const cells = rows.map(({ name, from, ready, state }) => [
    name,
    from,
    ready ? style.green(state) : style.yellow(state),
  ]);
  print(table(["MODEL", "FROM", "STATE"], cells, style.bold));
  return 0;
}

/** Brings what is asked for into the store. */
function bring(
  store: ModelStore,
  request: Exclude<Request, { do: "list" }>,
  size: number,
  { progress }: Surroundings,
): Promise<NotedModel> {
  const { name } = request;
  return interruptible((signal) =>
    request.do === "add"
      ? progress.step(`Storing ${request.file}`, async (say) => ({
          name,
          sha256: await putFile(store, request.file, size, { say, signal }),
        }))
      : progress.step(`Pulling ${name}`, async (say) => {
          await pullModel(store, name, { say, signal });
          return { name };
        }),
  );
}
