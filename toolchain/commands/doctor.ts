import { parseSettings, type Settings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { findEngine } from "../engine";
import { pulumiHome } from "../pulumi";
import { cachedCli, type Cli, cliOnPath } from "../pulumi/cli";
import type { Args } from "./args";
import { type Command, stackOf, stackOption, type Surroundings } from "./command";
import { type Line, render, verdict } from "./doctor/lines";
import { machineLines } from "./doctor/machine";
import { networkLines } from "./doctor/network";
import { toolLines } from "./doctor/tools";
import { missingImages } from "./images";
import { type Backend, findBackend } from "./stack/backend";
import { PulumiCli } from "./stack/cli";
import { readSettings } from "./stack/settings";
import { keyServiceOf, readStackFile, stackFilePath } from "./stack/stack-file";

/** `npm run doctor`. */
export const doctor: Command = {
  syntax: {
    name: "doctor",
    summary: "Looks at this machine: what is there, what is missing, what to do. Changes nothing.",
    options: stackOption,
  },
  run: examine,
};

async function examine(args: Args, { root, style, print }: Surroundings): Promise<number> {
  const stack = stackOf(args);
  const [engine, cli] = await Promise.all([findEngine(), findCli()]);
  const backend = await findBackend(root, pulumiHome());
  // A file that is no YAML is told with the settings.
  const keyService = keyServiceOf(await readStackFile(stackFilePath(root, stack)).catch(() => undefined));
  const { line, settings } = await configurationOf(stack, root, cli, backend);
  const missing = await missingImages(settings);
  const stateFolder = backend.folder ?? root;
  const scope = { stack, settings, docker: engine?.docker, stateFolder, missingImages: missing };
  const lines = [
    ...(await toolLines({ root, engine, cli, backend, keyService })),
    ...(await networkLines({ cli: cli === undefined, images: missing.length > 0 })),
    line,
    ...(await machineLines(scope, settings)),
  ];
  print(render(lines, style));
  print(`\n${verdict(lines)}`);
  return lines.some(({ state }) => state === "problem") ? 1 : 0;
}

const findCli = async (): Promise<Cli | undefined> => (await cliOnPath()) ?? cachedCli();

/** The stack's settings; the defaults where there is no stack yet, no CLI to read it with, or an error in it. */
async function configurationOf(
  stack: string,
  root: string,
  cli: Cli | undefined,
  { url }: Backend,
): Promise<{ readonly line: Line; readonly settings: Settings }> {
  const what = `settings of ${stack}`;
  const defaults = parseSettings({}, memberNames);
  if (cli === undefined) {
    const found = "not read: no Pulumi CLI yet; the defaults are looked at";
    return { line: { what, state: "ok", found }, settings: defaults };
  }
  const env = { ...process.env, PULUMI_BACKEND_URL: url, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const pulumi = new PulumiCli(cli.binary, env, root, stack, { passphraseFrom: "", backendUrl: url });
  try {
    const settings = await readSettings(pulumi);
    return { line: { what, state: "ok", found: `valid (profile ${settings.profile})` }, settings };
  } catch (error) {
    if (error instanceof Error && error.name === "ConfigError") {
      return { line: { what, state: "problem", found: error.message }, settings: defaults };
    }
    const found = "no such stack yet; the defaults are looked at";
    return { line: { what, state: "ok", found }, settings: defaults };
  }
}
