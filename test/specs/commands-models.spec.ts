import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkGguf, pathOf } from "../../toolchain/commands/models/file";
import { modelRows } from "../../toolchain/commands/models/rows";
import { checkName, noteModel, type NotedModel } from "../../toolchain/commands/models/settings";
import { readContents } from "../../toolchain/commands/models/store";
import { readWords, requestOf } from "../../toolchain/commands/models/words";
import { PulumiCli } from "../../toolchain/commands/stack/cli";

const A = "a".repeat(64);
const B = "b".repeat(64);

describe("npm run models: its words", () => {
  const read = (...argv: string[]) => {
    const args = readWords(argv);
    return { ...requestOf(args), stack: args.text("stack") };
  };

  it("ask for the list, a file or a pull, with the option before, between or after", () => {
    assert.deepEqual(read(), { do: "list", stack: undefined });
    assert.deepEqual(read("--stack", "lab"), { do: "list", stack: "lab" });
    const add = { do: "add", name: "mine", file: "/x y.gguf", stack: "lab" };
    assert.deepEqual(read("add", "mine", "/x y.gguf", "--stack", "lab"), add);
    assert.deepEqual(read("-s", "lab", "add", "mine", "/x y.gguf"), add);
    assert.deepEqual(read("add", "--stack=lab", "mine", "/x y.gguf"), add);
    assert.deepEqual(read("pull", "llama3.2:1b"), { do: "pull", name: "llama3.2:1b", stack: undefined });
  });

  for (const words of [
    ["add"],
    ["add", "mine"],
    ["add", "a", "b", "c"],
    ["pull"],
    ["pull", "a", "b"],
    ["rm", "a"],
  ])
    it(`are refused when they are "${words.join(" ")}", and the message says what is allowed`, () => {
      assert.throws(() => read(...words), {
        name: "UserError",
        message:
          /found ".*"; allowed: nothing \| add NAME FILE\.gguf \| pull NAME\n {2}fix: npm run models -- /,
      });
    });

  it("leave unknown options to be refused as everywhere", () => {
    assert.throws(
      () => read("add", "mine", "x", "--fast"),
      /Unknown option --fast; allowed: -s, --stack NAME/,
    );
  });

  it("name a file as seen from where npm was called", () => {
    assert.equal(pathOf("x.gguf", { INIT_CWD: "/home/me" }), "/home/me/x.gguf");
    assert.equal(pathOf("/x.gguf", { INIT_CWD: "/home/me" }), "/x.gguf");
  });
});

describe("npm run models: files and names", () => {
  const folder = mkdtempSync(join(tmpdir(), "t-models-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("take a GGUF file, and tell its size", async () => {
    assert.equal(await checkGguf(file("x.gguf", "GGUF and more")), 13);
  });

  it("refuse anything else before it is sent", async () => {
    await assert.rejects(checkGguf(join(folder, "none")), /^UserError: there is no file ".*none"\n {2}fix: /);
    await assert.rejects(checkGguf(folder), /is no file\n {2}fix: name one \.gguf file/);
    await assert.rejects(checkGguf(file("y.gguf", "<!DOCTYPE html>")), /is no GGUF file.*\n {2}fix: /);
    await assert.rejects(checkGguf(file("z.gguf", "GG")), /is no GGUF file/);
  });

  it("refuse a name that Ollama, or a job, cannot have", () => {
    const noted = [{ name: "my-model" }];
    for (const name of ["mine", "llama3.2:1b", "my-model", "7"]) checkName(name, noted);
    assert.throws(() => checkName("../x", noted), /NAME: found "\.\.\/x"; allowed: a model's name, such as/);
    assert.throws(() => checkName("semblance-tiny", noted), /built-in model; allowed: any other name/);
    assert.throws(() => checkName("Semblance_Tiny", noted), /built-in model/);
    assert.throws(() => checkName("my.model", noted), /differs from the model "my-model" in signs only/);
  });
});

describe("npm run models: what is noted", () => {
  class Noting extends PulumiCli {
    readonly calls: string[] = [];
    constructor() {
      super("pulumi", {}, "/", "dev", { passphraseFrom: "", backendUrl: "" });
    }
    override capture(args: readonly string[]): Promise<string> {
      this.calls.push(args.join(" "));
      return Promise.resolve("");
    }
  }
  const calls = async (models: readonly NotedModel[], model: NotedModel): Promise<string[]> => {
    const cli = new Noting();
    await noteModel(cli, models, model);
    return cli.calls;
  };
  const set = "config set --path --type string semblance-curation:settings.ollama.models";

  it("is added after the others, or takes the place of what has the name", async () => {
    assert.deepEqual(await calls([], { name: "a", sha256: A }), [
      `${set}[0].name a`,
      `${set}[0].sha256 ${A}`,
    ]);
    assert.deepEqual(await calls([{ name: "b" }], { name: "a" }), [`${set}[1].name a`]);
    assert.deepEqual(await calls([{ name: "b" }, { name: "a" }], { name: "a", sha256: A }), [
      `${set}[1].name a`,
      `${set}[1].sha256 ${A}`,
    ]);
  });

  it("loses its digest where a model of the library takes the place of a file", async () => {
    assert.deepEqual(await calls([{ name: "a", sha256: A }], { name: "a" }), [
      `${set}[0].name a`,
      "config rm --path semblance-curation:settings.ollama.models[0].sha256",
    ]);
  });
});

describe("npm run models: the list", () => {
  const contents = readContents([
    `sha256-${A}`,
    `sha256-${B}`,
    "put-1.part",
    `manifests/registry.ollama.ai/library/mine/latest:sha256:${A}`,
    `manifests/registry.ollama.ai/library/llama3.2/1b:sha256:${B}`,
    `manifests/hf.co/somebody/other/q4:sha256:${B}`,
  ]);
  const states = (noted: readonly NotedModel[]): Record<string, string> =>
    Object.fromEntries(modelRows(noted, contents).map(({ name, state }) => [name, state]));

  it("reads what lies in the store", () => {
    assert.deepEqual([...contents.blobs], [A, B]);
    assert.deepEqual([...contents.models.keys()], ["mine:latest", "llama3.2:1b", "hf.co/somebody/other:q4"]);
  });

  it("tells what is ready, what was brought, and what to do about what is missing", () => {
    assert.deepEqual(
      states([
        { name: "mine", sha256: A },
        { name: "fresh", sha256: B },
        { name: "gone", sha256: "c".repeat(64) },
        { name: "llama3.2:1b" },
        { name: "llama3.2:3b" },
      ]),
      {
        "semblance-tiny": "missing: npm run up",
        mine: "ready",
        fresh: "brought: npm run up makes it known to Ollama",
        gone: "missing: npm run models -- add gone FILE.gguf",
        "llama3.2:1b": "ready",
        "llama3.2:3b": "missing: npm run models -- pull llama3.2:3b",
        "hf.co/somebody/other:q4": "ready, and not in the settings",
      },
    );
  });

  it("does not take a model for ready that is made of another file", () => {
    assert.match(states([{ name: "mine", sha256: B }])["mine"] ?? "", /^brought/);
  });
});
