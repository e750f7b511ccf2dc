import { type Settings, SETTINGS_KEY, settingsSchema } from "../../../components/config/schema";
import { jobName, SELF_TEST_MODEL } from "../../../components/services/ollama/models";
import { UserError } from "../../errors";
import type { PulumiCli } from "../stack/cli";
import { PROJECT } from "../stack/open";

/** A model as the settings name it. */
export type NotedModel = Settings["ollama"]["models"][number];

/** @throws UserError where a model cannot have this name */
export function checkName(name: string, models: readonly NotedModel[]): void {
  const { error } = settingsSchema.safeParse({ ollama: { models: [{ name }] } });
  if (error !== undefined)
    throw new UserError(`NAME: found "${name}"; allowed: ${error.issues[0]?.message ?? "a model's name"}`);
  const same = [SELF_TEST_MODEL, ...models].find(
    (other) => other.name !== name && jobName(other) === jobName({ name }),
  );
  if (name === SELF_TEST_MODEL.name || same?.name === SELF_TEST_MODEL.name)
    throw new UserError(`NAME: found "${name}", which is the built-in model; allowed: any other name`);
  if (same !== undefined) {
    throw new UserError(
      `NAME: found "${name}", which differs from the model "${same.name}" in signs only; allowed: a name with other letters or digits`,
    );
  }
}

/** Notes a model in the stack's settings, in place of one that has its name. */
export async function noteModel(
  cli: PulumiCli,
  models: readonly NotedModel[],
  { name, sha256 }: NotedModel,
): Promise<void> {
  const found = models.findIndex((model) => model.name === name);
  const path = `${PROJECT}:${SETTINGS_KEY}.ollama.models[${found === -1 ? models.length : found}]`;
  // A name of digits only would become a number.
  const set = (key: string, value: string) =>
    cli.capture(["config", "set", "--path", "--type", "string", `${path}.${key}`, value]);
  await set("name", name);
  if (sha256 !== undefined) await set("sha256", sha256);
  else if (models[found]?.sha256 !== undefined)
    await cli.capture(["config", "rm", "--path", `${path}.sha256`]);
}
