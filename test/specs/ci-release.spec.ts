import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changed, proposeFile } from "../../toolchain/ci/digests";
import { openRepository } from "../../toolchain/ci/github";
import { index, joined, readPublished } from "../../toolchain/ci/images";
import { release, sectionOf } from "../../toolchain/ci/release";
import { UserError } from "../../toolchain/errors";
import { FakeGitHub } from "../support/github";

const CHANGELOG =
  "# Changelog\n\n## Unreleased\n\n## 1.2.0 – 2026-11-01\n\n- new\n  ## not a heading\n\n## [v1.1.0]\n\n- old\n";
const A = `sha256:${"a".repeat(64)}` as const;
const B = `sha256:${"b".repeat(64)}` as const;
let github: FakeGitHub;
let folder: string;
const printed: string[] = [];
const print = (text: string): void => void printed.push(text);
beforeEach(async () => {
  github = await FakeGitHub.start();
  folder = mkdtempSync(join(tmpdir(), "ci-"));
  printed.length = 0;
});
afterEach(async () => {
  await github.stop();
  rmSync(folder, { recursive: true });
});
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("ci release", () => {
  it("takes the section of its version, and says what is wrong with the changelog", () => {
    assert.equal(sectionOf(CHANGELOG, "1.2.0"), "- new\n  ## not a heading");
    assert.equal(sectionOf(CHANGELOG, "1.1.0"), "- old");
    for (const version of ["1.2", "1.2.01", "2.0.0"])
      assert.throws(
        () => sectionOf(CHANGELOG, version),
        /has no section for \S+; found: Unreleased, 1\.2\.0 – 2026-11-01/,
      );
    assert.throws(() => sectionOf("## 1.0.0\n\n## 0.9.0\n- x", "1.0.0"), /has nothing in its section/);
  });

  it("is made once, and corrected afterwards", async () => {
    write("package.json", '{"version":"1.2.0"}');
    write("CHANGELOG.md", CHANGELOG);
    const env = github.environment("push", {});
    await release(folder, "v1.2.0", env, print);
    assert.equal(github.releases[0]?.["body"], "- new\n  ## not a heading");
    write("CHANGELOG.md", CHANGELOG.replace("- new", "- newer"));
    await release(folder, "v1.2.0", env, print);
    assert.equal(github.releases.length, 1);
    assert.match(String(github.releases[0]?.["body"]), /newer/);
    await assert.rejects(
      release(folder, "v1.1.0", env, print),
      /tag v1\.1\.0 is not the version in package\.json, which is 1\.2\.0/,
    );
    await assert.rejects(release(folder, "v1; rm -rf", env, print), /is no tag of a release/);
    assert.equal(github.writes.length, 2);
  });
});

describe("ci digests", () => {
  it("leave the file as it was, and keep this machine's salt out of the pull request", async () => {
    const file = write("Pulumi.prod.yaml", "config: {}\n");
    const text = await changed(file, async () =>
      writeFileSync(file, "config: {a: 1}\nencryptionsalt: v1:x\n"),
    );
    assert.equal(text, "config: {a: 1}\n");
    assert.equal(readFileSync(file, "utf8"), "config: {}\n");
    assert.equal(
      await changed(file, async () => writeFileSync(file, "config: {}\nencryptionsalt: v1:x\n")),
      undefined,
    );
    await assert.rejects(
      changed(file, async () => {
        writeFileSync(file, "half");
        throw new Error("no");
      }),
    );
    assert.equal(readFileSync(file, "utf8"), "config: {}\n");
    const salted = write("Pulumi.own.yaml", "encryptionsalt: v1:own\n");
    assert.equal(
      await changed(salted, async () => writeFileSync(salted, "a: 1\nencryptionsalt: v1:own\n")),
      "a: 1\nencryptionsalt: v1:own\n",
    );
  });

  it("are proposed by one pull request, brought up to date by the next run", async () => {
    const repository = await openRepository(github.environment("push", {}));
    const proposal = {
      path: "Pulumi.prod.yaml",
      text: "one",
      base: "main",
      branch: "ci/digests-prod",
      title: "Images",
      body: "",
    };
    assert.match(await proposeFile(repository, proposal), /opened$/);
    assert.equal(github.files.get("ci/digests-prod:Pulumi.prod.yaml"), "one");
    assert.equal(github.refs.get("heads/ci/digests-prod"), "a".repeat(40));
    github.refuse = (asked) =>
      asked === "POST /repos/lab/platform/git/refs"
        ? { status: 422, message: "Reference already exists" }
        : undefined;
    github.refs.set("heads/main", "e".repeat(40));
    Object.assign(github.pulls[0] ?? {}, { head: {} });
    assert.match(await proposeFile(repository, { ...proposal, text: "two" }), /updated$/);
    assert.equal(github.pulls.length, 1);
    assert.equal(github.refs.get("heads/ci/digests-prod"), "e".repeat(40));
    assert.equal(github.files.get("ci/digests-prod:Pulumi.prod.yaml"), "two");
  });

  it("are joined by image over architectures that agree", async () => {
    const amd64 = { registry: "ghcr.io/lab", images: { minio: A, mlflow: B } };
    const { images } = joined([amd64, { registry: "ghcr.io/lab", images: { mlflow: A, minio: B } }]);
    assert.deepEqual(
      [...images],
      [
        ["minio", [A, B]],
        ["mlflow", [B, A]],
      ],
    );
    assert.throws(() => joined([amd64, { registry: "ghcr.io/lab", images: { minio: A } }]), UserError);
    assert.throws(() => joined([]), UserError);
    const file = write("x.json", JSON.stringify({ registry: "ghcr.io/lab", images: { "a;b": A } }));
    await assert.rejects(readPublished(file), UserError);
  });

  it("of one image on two architectures become an index, by commands that a registry's client has", async () => {
    mkdirSync(join(folder, "digests"));
    for (const [name, digest] of [
      ["amd64", A],
      ["arm64", B],
    ] as const)
      write(`digests/${name}.json`, JSON.stringify({ registry: "ghcr.io/lab", images: { minio: digest } }));
    const docker = write(
      "docker",
      `#!/bin/sh\necho "$@" >>${folder}/calls\necho ${B.replaceAll("b", "c")}\n`,
    );
    chmodSync(docker, 0o755);
    const path = process.env["PATH"];
    const output = write("output", "");
    try {
      process.env["PATH"] = `${folder}:${path ?? ""}`;
      await index(join(folder, "digests"), join(folder, "images.json"), { GITHUB_OUTPUT: output }, print);
    } finally {
      process.env["PATH"] = path;
    }
    const [removed, created, pushed] = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
    const target =
      /^manifest rm (ghcr\.io\/lab\/minio:index-[0-9a-f]{16})$/.exec(removed ?? "")?.[1] ??
      assert.fail(removed);
    assert.equal(created, `manifest create ${target} ghcr.io/lab/minio@${A} ghcr.io/lab/minio@${B}`);
    assert.equal(pushed, `manifest push --purge ${target}`);
    const digest = B.replaceAll("b", "c");
    assert.deepEqual((await readPublished(join(folder, "images.json"))).images, { minio: digest });
    assert.equal(
      readFileSync(output, "utf8"),
      `images=${JSON.stringify([{ name: "minio", repository: "ghcr.io/lab/minio", digest }])}\n`,
    );
  });
});
