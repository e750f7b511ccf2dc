import { spawnSync } from "node:child_process";
import { relative } from "node:path";
import { type Engine } from "../../engine";
import { decide } from "../../engine/decide";
import { machineFacts } from "../../engine/facts";
import { engineHost } from "../../engine/host";
import { PULUMI_VERSION } from "../../pulumi";
import type { Cli } from "../../pulumi/cli";
import { type Backend, passphraseFile, shownUrl } from "../stack/backend";
import type { Line } from "./lines";

/** What the lines about tools are made of. */
export interface ToolFacts {
  readonly root: string;
  readonly engine: Engine | undefined;
  readonly cli: Cli | undefined;
  readonly backend: Backend;
  /** The key service that encrypts the stack's secrets, where its file names one. */
  readonly keyService: string | undefined;
}

/** The programs that `up` works with. */
export async function toolLines({ root, engine, cli, backend, keyService }: ToolFacts): Promise<Line[]> {
  return [
    { what: "Node.js", state: "ok", found: process.versions.node },
    engine === undefined ? await engineLack() : engineLine(engine),
    cliLine(cli),
    ...(cli === undefined ? [goLine()] : []),
    stateLine(root, backend),
    passphraseLine(backend, keyService),
  ];
}

const engineLine = ({ version, apiVersion, host }: Engine): Line => ({
  what: "Docker Engine",
  state: "ok",
  found: `${version} (API ${apiVersion}) at ${host.url ?? "the standard socket"}`,
});

async function engineLack(): Promise<Line> {
  const what = "Docker Engine";
  const decision = decide(await machineFacts(await engineHost()));
  switch (decision.do) {
    case "give up":
      return { what, state: "problem", found: decision.because, fix: decision.fix };
    case "wait":
      return { what, state: "warning", found: `process ${decision.pid} is there and does not answer yet` };
    case "install":
      return { what, state: "comes", found: "none: the distribution's is installed" };
    case "start":
      return { what, state: "comes", found: "installed and not running: it is started" };
  }
}

function cliLine(cli: Cli | undefined): Line {
  const what = "Pulumi CLI";
  if (cli !== undefined) return { what, state: "ok", found: `${cli.path}: ${cli.binary}` };
  const found = `none: ${PULUMI_VERSION} is downloaded, or built where that host cannot be reached`;
  return { what, state: "comes", found };
}

/** Go is needed only where the CLI cannot be downloaded. */
function goLine(): Line {
  const version = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  if (version.status === 0) return { what: "Go", state: "ok", found: version.stdout.trim() };
  const fix = "install Go 1.21 or newer from https://go.dev/dl";
  return { what: "Go", state: "warning", found: "none; needed only where Pulumi cannot be downloaded", fix };
}

function stateLine(root: string, { url, chosenBy, folder }: Backend): Line {
  const inside = folder !== undefined && chosenBy === "default";
  const found = inside ? `${relative(root, folder)} in this folder` : `${shownUrl(url)} (${chosenBy})`;
  return { what: "state", state: "ok", found };
}

function passphraseLine({ kind }: Backend, keyService: string | undefined): Line {
  const line = (found: string): Line => ({ what: "passphrase", state: "ok", found });
  if (kind === "service") return line("not needed: this backend keeps the key itself");
  if (keyService !== undefined) return line(`not needed: ${keyService} encrypts the secrets`);
  if (process.env["PULUMI_CONFIG_PASSPHRASE"] !== undefined) return line("from PULUMI_CONFIG_PASSPHRASE");
  const file = process.env["PULUMI_CONFIG_PASSPHRASE_FILE"];
  return line(file || `${passphraseFile(process.env)} (made by the first up)`);
}
