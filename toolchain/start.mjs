// First file of every `npm run` command. Plain JavaScript without dependencies, because it is what installs them.
import { spawn } from "node:child_process";
import { existsSync, lstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const OLDEST_NODE = 20;
const DEBIAN_CA_BUNDLE = "/etc/ssl/certs/ca-certificates.crt";
const CERTIFICATE_ERROR =
  /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_UNTRUSTED|unable to get local issuer/i;
const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Prints what went wrong and how to mend it, and ends the process. */
function fail(message, fix) {
  process.stderr.write(`error: ${message}\n  fix: ${fix}\n`);
  process.exit(1);
}

function checkNode() {
  const [major] = process.versions.node.split(".").map(Number);
  if (major >= OLDEST_NODE) return;
  fail(
    `Node.js ${process.versions.node} is too old; found at ${process.execPath}, needed: ${OLDEST_NODE} or newer`,
    "install a newer Node.js from https://nodejs.org or by your package manager, then run the command again",
  );
}

/** The packages of a lock file by folder; those for other machines or optional ones are left out. */
function packagesOf(file) {
  const { packages } = JSON.parse(readFileSync(file, "utf8"));
  return new Map(Object.entries(packages).filter(([folder, entry]) => folder !== "" && !entry.optional));
}

/** Whether node_modules holds what package-lock.json asks for. npm writes its own record last, so half an install has none. */
function installed() {
  const record = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const found = packagesOf(record);
  return [...packagesOf(join(root, "package-lock.json"))].every(
    ([folder, wanted]) => found.get(folder)?.version === wanted.version,
  );
}

/** Runs `npm ci`; answers with its exit code and what it said. */
function npmCi(environment, onTick) {
  const npm = process.env.npm_execpath ?? "";
  const [command, ...args] = npm.endsWith("npm-cli.js") ? [process.execPath, npm] : ["npm"];
  const options = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--progress=false"];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, ...options], {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    const listen = (chunk) => (said += chunk);
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const timer = setInterval(onTick, 1_000);
    const end = (code) => {
      clearInterval(timer);
      resolve({ code, said: said.trim() });
    };
    child.on("error", (error) => ((said += error.message), end(1)));
    child.on("close", end);
  });
}

async function install() {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)}s`;
  const live = process.stderr.isTTY && !process.env.CI;
  const title = "Installing the project's npm packages (first run, or package-lock.json changed)";
  process.stderr.write(live ? `⠿ ${title}` : `… ${title}\n`);
  const onTick = () => live && process.stderr.write(`\r⠿ ${title} ${elapsed()}`);

  let result = await npmCi(process.env, onTick);
  if (result.code !== 0 && CERTIFICATE_ERROR.test(result.said) && !process.env.NODE_EXTRA_CA_CERTS) {
    // A proxy that inspects TLS: the system usually trusts it already, Node.js has to be told.
    if (existsSync(DEBIAN_CA_BUNDLE)) {
      process.env.NODE_EXTRA_CA_CERTS = DEBIAN_CA_BUNDLE;
      result = await npmCi(process.env, onTick);
    }
  }
  if (result.code !== 0) {
    const inspected = CERTIFICATE_ERROR.test(result.said);
    process.stderr.write(
      `${live ? "\r" : ""}✘ ${title} ${elapsed()}\n${result.said.replace(/^/gm, "    ")}\n`,
    );
    fail(
      inspected
        ? "npm does not trust the certificate of the registry (a proxy that inspects TLS?)"
        : "npm ci failed; its message is above",
      inspected
        ? "NODE_EXTRA_CA_CERTS=/path/to/your-ca.pem npm run up"
        : "check the network and `npm config get registry`, then run the command again; nothing else was changed",
    );
  }
  process.stderr.write(
    `${live ? "\r" : ""}✔ Installed the project's npm packages ${elapsed()}${live ? "\u001b[K" : ""}\n`,
  );
}

checkNode();
if (!installed()) {
  // The doctor changes nothing, not even this.
  if (process.argv[2] === "doctor")
    fail("the project's npm packages are missing or outdated", "npm ci   (npm run up does it too)");
  // Through a link, npm would empty the folder of another checkout.
  if (lstatSync(join(root, "node_modules"), { throwIfNoEntry: false })?.isSymbolicLink())
    fail(
      "node_modules is a link to packages that package-lock.json here does not ask for",
      "remove the link, then run the command again",
    );
  await install();
}
process.chdir(root);
const require = createRequire(import.meta.url);
// Node.js loads TypeScript from here on: the first is for `require`, the second for `import()`.
(await import("tsx/cjs/api")).register();
(await import("tsx/esm/api")).register();
const { main } = require("./commands/main.ts");
await main(process.argv.slice(2));
