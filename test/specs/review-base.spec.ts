import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, realpath, rm, symlink, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { pretendedConfig } from "../../toolchain/review/pretend-config";
import { writePretendedImages } from "../../toolchain/review/pretend-images";
import { baseCommit, checkOut, copyTree, fileAt, isIgnored } from "../../toolchain/review/worktree";
import { linkModules } from "../../toolchain/review/worktree-modules";
import { silent } from "../../toolchain/progress";

const ROOT = join(__dirname, "..", "..");

describe("a commit to compare with", () => {
  let folder: string;
  let repository: string;

  const git = (...args: readonly string[]) =>
    execFileSync(
      "git",
      ["-C", repository, "-c", "user.name=test", "-c", "user.email=test@localhost", ...args],
      { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    ).trim();
  const put = (name: string, content: string) => writeFile(join(repository, name), content);
  async function commit(name: string, content: string): Promise<string> {
    await put(name, content);
    git("add", "--all");
    git("commit", "--quiet", "--message", name);
    return git("rev-parse", "HEAD");
  }

  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "semblance-base-")));
    repository = join(folder, "repository");
    await mkdir(repository);
    git("init", "--quiet", "--initial-branch=main");
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is where the branch left it: what others add there since is no change of ours", async () => {
    const fork = await commit("a", "1");
    git("checkout", "--quiet", "-b", "ours");
    await commit("b", "1");
    git("checkout", "--quiet", "main");
    const later = await commit("c", "1");
    git("checkout", "--quiet", "ours");
    assert.deepEqual(await baseCommit(repository, "main"), { ref: "main", commit: fork });
    // As a workflow checks out a pull request: merged into its base, which then is the base's tip.
    git("merge", "--quiet", "--no-edit", "main");
    assert.equal((await baseCommit(repository, "main")).commit, later);
  });

  it("that is not there is refused, and so is an option in its place", async () => {
    await commit("a", "1");
    await assert.rejects(
      baseCommit(repository, "nowhere"),
      /--base: found "nowhere"[^]*fix: git fetch origin nowhere/,
    );
    await assert.rejects(baseCommit(repository, "--help"), /--base: found "--help"/);
  });

  it("is written out whole, and leaves no trace in the repository", async () => {
    await mkdir(join(repository, "deep"));
    await put("deep/file", "1");
    await symlink("deep", join(repository, "link"));
    const first = await commit("a", "old");
    await commit("a", "new");
    const status = git("status", "--porcelain");
    await checkOut(repository, first, join(folder, "out"));
    assert.deepEqual((await readdir(join(folder, "out"))).sort(), ["a", "deep", "link"]);
    assert.equal(readFileSync(join(folder, "out", "a"), "utf8"), "old");
    assert.equal(readlinkSync(join(folder, "out", "link")), "deep");
    assert.equal(git("status", "--porcelain"), status);
    assert.equal(git("worktree", "list").split("\n").length, 1);
    assert.deepEqual((await readdir(folder)).sort(), ["out", "repository"]);
    assert.equal(await fileAt(repository, first, "a"), "old");
    assert.equal(await fileAt(repository, first, "b"), undefined);
  });

  it("is compared with the working tree as it lies there, without what git ignores", async () => {
    await put(".gitignore", "ignored\n");
    await put("gone", "1");
    await commit("a", "old");
    await Promise.all([put("a", "new"), put("untracked", "1"), put("ignored", "1")]);
    await unlink(join(repository, "gone"));
    await symlink("a", join(repository, "link"));
    await copyTree(repository, join(folder, "out"));
    assert.deepEqual((await readdir(join(folder, "out"))).sort(), [".gitignore", "a", "link", "untracked"]);
    assert.equal(readFileSync(join(folder, "out", "a"), "utf8"), "new");
    assert.equal(readlinkSync(join(folder, "out", "link")), "a");
    assert.equal(await isIgnored(repository, "ignored"), true);
    assert.equal(await isIgnored(repository, "a"), false);
  });
});

describe("packages of a commit to compare with", () => {
  let folder: string;
  const lock = (packages: Readonly<Record<string, object>>) =>
    JSON.stringify({ lockfileVersion: 3, packages });
  const own = { "": { version: "1" }, "node_modules/a": { version: "1.0.0" } };

  async function checkout(name: string, packages: Readonly<Record<string, object>>): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    await writeFile(join(path, "package.json"), JSON.stringify({ name: "x", version: "1.0.0" }));
    await writeFile(join(path, "package-lock.json"), lock(packages));
    return path;
  }
  beforeEach(async () => (folder = await realpath(await mkdtemp(join(tmpdir(), "semblance-modules-")))));
  afterEach(() => rm(folder, { recursive: true }));

  it("are the project's own where the same is asked for at run time; tools of development do not count", async () => {
    const root = await checkout("root", { ...own, "node_modules/tool": { version: "2.0.0", dev: true } });
    const base = await checkout("base", { ...own, "": { version: "0" } });
    await linkModules(root, base, join(folder, "kept"), silent);
    assert.equal(readlinkSync(join(base, "node_modules")), join(root, "node_modules"));
    assert.equal(existsSync(join(folder, "kept")), false);
  });

  it("are installed for it where they differ, and kept for the next time; one set", async () => {
    const root = await checkout("root", own);
    const kept = join(folder, "kept");
    const steps: string[] = [];
    const progress = {
      ...silent,
      step: <T>(title: string, work: (say: (line: string) => void) => Promise<T>) => {
        steps.push(title);
        return work(() => undefined);
      },
    };
    // Nothing to fetch: what is compared is what the lock file says.
    const nothing = { "": { name: "x", version: "1.0.0" } };
    for (const name of ["one", "two"]) {
      const base = await checkout(name, nothing);
      await linkModules(root, base, kept, progress);
      const target = readlinkSync(join(base, "node_modules"));
      assert.match(target, /kept\/modules-[0-9a-f]{16}\/node_modules$/);
    }
    assert.equal(steps.length, 1, "the second time they are there");
    assert.match(steps[0] ?? "", /npm ci/);
    assert.equal((await readdir(kept)).length, 1);
  });

  it("that cannot be installed say why", async () => {
    const root = await checkout("root", own);
    const base = await checkout("base", { "": { name: "x", version: "1.0.0" } });
    const asks = { name: "x", version: "1.0.0", dependencies: { "not-in-the-lock-file": "1.0.0" } };
    await writeFile(join(base, "package.json"), JSON.stringify(asks));
    await assert.rejects(linkModules(root, base, join(folder, "kept"), silent), /npm ci failed[^]*fix: /);
  });
});

describe("a stack's file without its key", () => {
  const file = `encryptionsalt: v1:abc:v1:def:ghi
config:
  semblance-curation:alertWebhookUrl:
    secure: v1:nonce:canary
  semblance-curation:settings:
    profile: full
    list: [a, {secure: v1:other}]
    deep:
      with.dot: {secure: v1:third}
`;

  it("keeps what is plain, and nothing that is encrypted", () => {
    const { text, secrets } = pretendedConfig(file);
    assert.doesNotMatch(text + JSON.stringify(secrets), /canary|salt|v1:/);
    assert.deepEqual(load(text), {
      config: { "semblance-curation:settings": { profile: "full", list: ["a", ""], deep: {} } },
    });
    assert.deepEqual(Object.keys(secrets), [
      "semblance-curation:alertWebhookUrl",
      "semblance-curation:settings.list[1]",
      'semblance-curation:settings.deep["with.dot"]',
    ]);
    assert.match(secrets["semblance-curation:alertWebhookUrl"] ?? "", /^https:\/\/pretended-\w+\.invalid\/$/);
  });

  it("has the same made-up value for the same secret, and another one for one that was set anew", () => {
    const value = (text: string) => pretendedConfig(text).secrets["semblance-curation:alertWebhookUrl"];
    assert.equal(value(file), value(file.replace("profile: full", "profile: core")));
    assert.notEqual(value(file), value(file.replace("canary", "other")));
  });

  it("may be empty", () => {
    assert.deepEqual(load(pretendedConfig("").text), { config: {} });
    assert.deepEqual(pretendedConfig("config:\n").secrets, {});
  });
});

describe("images in a comparison with a commit", () => {
  it("are the project's own by what is in their folder, so that no machine decides; published ones are not noted", async () => {
    const folder = await mkdtemp(join(tmpdir(), "semblance-images-"));
    try {
      for (const part of ["components", "images", "package.json"])
        await cp(join(ROOT, part), join(folder, part), { recursive: true, verbatimSymlinks: true });
      await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
      const notes = async (): Promise<Record<string, string>> => {
        await writePretendedImages(folder);
        return JSON.parse(readFileSync(join(folder, ".semblance", "images.json"), "utf8")) as Record<
          string,
          string
        >;
      };
      const before = await notes();
      assert.match(before["minio"] ?? "", /^semblance-curation\/minio:[\w.-]+-[0-9a-f]{12}$/);
      assert.equal(before["redis"], undefined);
      assert.equal(before["elasticsearch"], undefined);
      await writeFile(join(folder, "images", "minio", "Dockerfile"), "FROM scratch\n");
      const after = await notes();
      const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
      assert.deepEqual(changed, ["minio"]);
      const list = join(folder, "components", "images.ts");
      await writeFile(
        list,
        readFileSync(list, "utf8").replace('minio: { builds: "', 'minio: { builds: "new-'),
      );
      assert.match((await notes())["minio"] ?? "", /:new-/, "the list is read anew");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
