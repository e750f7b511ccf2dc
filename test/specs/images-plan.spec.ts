import assert from "node:assert/strict";
import { images } from "../../components/images";
import { UserError } from "../../toolchain/errors";
import { contentHash, type ContextFile } from "../../toolchain/images/content";
import { actionFor, candidatesOf, presentRef, whyAbsent, type ImagesFrom } from "../../toolchain/images/plan";

const bases = {
  published: { ref: "docker.io/library/debian:trixie-slim@sha256:0", identity: "official" },
  bootstrapped: { ref: "semblance-curation/base:1", identity: "bootstrap-1" },
};
const candidates = (name: "redis" | "minio" | "grafana", from: ImagesFrom, mirror?: string) =>
  candidatesOf(name, from, mirror, (base) => base.identity, bases);
/** The tags of an image that can be built. */
const builtTags = (name: "redis" | "minio") =>
  candidates(name, "auto").built ?? assert.fail(`${name} cannot be built`);
const has =
  (...refs: string[]) =>
  (ref: string): boolean =>
    refs.includes(ref);
const file = (path: string, content: string, executable = false): ContextFile => ({
  path,
  content: Buffer.from(content),
  executable,
});

describe("choice between pulling and building", () => {
  const redis = candidates("redis", "auto");
  const pulled = redis.published?.ref ?? "";

  it("takes what is there, the published one first", () => {
    assert.equal(presentRef(redis, "auto", has(pulled, builtTags("redis").bootstrapped)), pulled);
    assert.equal(
      presentRef(redis, "auto", has(builtTags("redis").bootstrapped)),
      builtTags("redis").bootstrapped,
    );
    assert.equal(presentRef(redis, "auto", has()), undefined);
  });

  it("with source pull: does not take a built one in place of a published one", () => {
    assert.equal(
      presentRef(candidates("redis", "pull"), "pull", has(builtTags("redis").published)),
      undefined,
    );
  });

  it("with source pull: takes a built one of our own images, which nobody publishes", () => {
    const minio = candidates("minio", "pull");
    assert.equal(presentRef(minio, "pull", has(builtTags("minio").published)), builtTags("minio").published);
  });

  it("with source build: does not take a pulled one", () => {
    assert.equal(presentRef(candidates("redis", "build"), "build", has(pulled)), undefined);
  });

  it("pulls where the registry answers, and builds where it does not", () => {
    assert.deepEqual(actionFor("redis", redis, "auto", true), { pull: pulled });
    assert.deepEqual(actionFor("redis", redis, "auto", false), { build: true });
    assert.deepEqual(actionFor("redis", candidates("redis", "build"), "build", true), { build: true });
    assert.deepEqual(actionFor("minio", candidates("minio", "pull"), "pull", true), { build: true });
  });

  describe("an image that can only be pulled", () => {
    const grafana = candidates("grafana", "auto");
    const tag = /^docker\.io\/grafana\/grafana:[\d.]+$/;

    it("is the pulled one, or one that `docker load` brought", () => {
      assert.match(grafana.loaded ?? "", tag);
      const ref = grafana.published?.ref ?? "";
      assert.equal(presentRef(grafana, "auto", has(ref, grafana.loaded ?? "")), ref);
      assert.equal(presentRef(grafana, "auto", has(grafana.loaded ?? "")), grafana.loaded);
      assert.equal(presentRef(grafana, "auto", has()), undefined);
      assert.equal(redis.loaded, undefined, "what can be built is not taken by a tag that anybody may move");
    });

    it("is told as absent with both ways out", () => {
      const why = whyAbsent(images.grafana.published ?? assert.fail("no published Grafana"));
      assert.match(why, /images\.mirror[\s\S]*docker save[\s\S]*docker load/);
    });

    it("is never built, whatever is asked for", () => {
      assert.throws(() => actionFor("grafana", candidates("grafana", "build"), "build", false), UserError);
    });
  });

  it("with source pull and no registry: names the image and the ways out", () => {
    assert.throws(
      () => actionFor("redis", candidates("redis", "pull"), "pull", false),
      (error) =>
        error instanceof UserError &&
        /"redis"[\s\S]*images\.mirror[\s\S]*images\.source auto/.test(error.message),
    );
  });

  it("pulls from the mirror when there is one", () => {
    assert.match(
      candidates("redis", "auto", "registry.lab:5000").published?.ref ?? "",
      /^registry\.lab:5000\/library\/redis:/,
    );
  });
});

describe("content hash", () => {
  const files = [file("Dockerfile", "FROM x"), file("run.sh", "echo")];

  it("is the same for the same content", () => {
    assert.equal(
      contentHash(files, ["base"]),
      contentHash([file("Dockerfile", "FROM x"), file("run.sh", "echo")], ["base"]),
    );
  });

  it("changes with a content, a name, the executable bit, a further file, and the base", () => {
    const variants = [
      [[file("Dockerfile", "FROM y"), file("run.sh", "echo")], ["base"]],
      [[file("Dockerfile", "FROM x"), file("go.sh", "echo")], ["base"]],
      [[file("Dockerfile", "FROM x"), file("run.sh", "echo", true)], ["base"]],
      [[...files, file("more", "")], ["base"]],
      [files, ["other"]],
      [files, ["ba", "se"]],
    ] as const;
    const hashes = variants.map(([changed, inputs]) => contentHash(changed, inputs));
    assert.equal(new Set([...hashes, contentHash(files, ["base"])]).size, variants.length + 1);
  });
});
