import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ImageName, imageNames, images } from "../../components/images";

const FOLDER = join(__dirname, "..", "..", "images");
const folderOf = (name: ImageName): string => images[name].builtBy?.folder ?? name;
const dockerfile = (name: ImageName): string =>
  readFileSync(join(FOLDER, folderOf(name), "Dockerfile"), "utf8");
/** Instructions, with continued lines joined. */
const instructions = (text: string): string[] =>
  text
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
/** Instructions of the stage that becomes the image, after those of the own stages that it begins with. */
function finalStage(text: string, target?: string): string[] {
  const all = instructions(text);
  const isStart = (line: string): boolean => line.startsWith("FROM ");
  const start =
    target === undefined
      ? all.findLastIndex(isStart)
      : all.findIndex((line) => isStart(line) && line.endsWith(` AS ${target}`));
  const end = all.findIndex((line, i) => i > start && isStart(line));
  const stage = all.slice(start, end === -1 ? undefined : end);
  const [, from = ""] = /^FROM (\w+)/.exec(stage[0] ?? "") ?? [];
  return from === "" ? stage : [...finalStage(text, from), ...stage];
}

/** The images that are built here; the others can only be pulled. */
const buildable = imageNames.filter((name) => images[name].builds !== undefined);

describe("images/", () => {
  it("has one folder per image, and the base", () => {
    // The door is no image: it is part of those that link its folder.
    const folders = new Set([...buildable.map(folderOf), "base", "door"]);
    assert.deepEqual(readdirSync(FOLDER).sort(), [...folders].sort());
  });

  for (const name of buildable) {
    describe(name, () => {
      const text = dockerfile(name);
      const image = finalStage(text, images[name].builtBy?.target);

      it("builds every stage on the base or on an own stage, and names no latest", () => {
        const stages = instructions(text).filter((line) => line.startsWith("FROM "));
        for (const stage of stages) assert.match(stage, /^FROM (\$\{BASE\}|go|build|cpu)( AS \w+)?$/);
        assert.doesNotMatch(text, /:latest|@latest/);
      });

      it("needs nothing newer than the classic builder", () => {
        assert.doesNotMatch(text, /RUN +--mount|<<|^# *syntax=|COPY +--(link|chmod|parents)/m);
      });

      it("runs as a user with a number, without an entrypoint", () => {
        const users = image.filter((line) => line.startsWith("USER "));
        assert.equal(users.length, 1);
        assert.match(users[0] ?? "", /^USER [1-9]\d*:[1-9]\d*$/);
        assert.doesNotMatch(text, /^ENTRYPOINT/m);
      });

      it("keeps certificates and caches of the build out of the image, and no setuid bit in it", () => {
        const final = image.join("\n");
        assert.doesNotMatch(final, /ca\.crt/);
        assert.match(final, /-perm \/6000 -type f -exec chmod a-s/);
        if (/apt-get install/.test(final)) assert.match(final, /rm -rf \/var\/lib\/apt\/lists/);
      });

      it("switches no verification off", () => {
        assert.doesNotMatch(
          text,
          /trusted-host|--insecure|GONOSUMDB|GOFLAGS=.*-insecure|GONOSUMCHECK|allow-unauthenticated|NODE_TLS_REJECT/i,
        );
      });

      it("carries the version that its tag says", () => {
        const label = /org\.opencontainers\.image\.version="([^"]+)"/.exec(text)?.[1];
        assert.equal(label, images[name].builds);
        // A program of our own has its source in the folder.
        if (!existsSync(join(FOLDER, folderOf(name), "main.go")))
          assert.match(text, /image\.source="https:\/\//);
        assert.match(text, /image\.licenses="[^"]+"/);
      });

      it("names no machine architecture", () => {
        assert.doesNotMatch(text, /amd64|x86_64|arm64|aarch64/);
      });
    });
  }

  it("pins every Python package", () => {
    const lines = readFileSync(join(FOLDER, "label-studio", "requirements.txt"), "utf8")
      .trim()
      .split("\n");
    assert.ok(lines.length > 100);
    for (const line of lines) assert.match(line, /^[\w.-]+==[\w.+!]+$/);
    assert.ok(lines.includes(`label-studio==${images["label-studio"].builds}`));
  });

  for (const [name, module] of [
    ["caddy", "."],
    ["minio", "server"],
    ["minio", "client"],
  ] as const) {
    it(`has checksums for the modules of ${name}/${module}`, () => {
      const folder = join(FOLDER, name, module);
      const modules = readFileSync(join(folder, "go.mod"), "utf8");
      const sums = readFileSync(join(folder, "go.sum"), "utf8");
      const required = [...modules.matchAll(/^(?:require )?\t?([\w.\-/]+\.[\w.\-/]+) (v\S+)/gm)];
      assert.ok(required.length > 50);
      for (const [, path, version] of required)
        assert.ok(sums.includes(`${path} ${version}`), `${path} ${version}`);
    });
  }
});
