import assert from "node:assert/strict";
import { baseImage, imageNames, imageRef, images, publishedRef } from "../../components/images";
import { ConfigError } from "../../components/core/errors";

const published = Object.values(images).flatMap((image) =>
  image.published === undefined ? [] : [image.published],
);

describe("image names", () => {
  it("pins every published image to a digest and a full version", () => {
    for (const image of [...published, baseImage]) {
      assert.match(image.digest, /^sha256:[0-9a-f]{64}$/, image.repository);
      assert.doesNotMatch(image.tag, /latest/, image.repository);
    }
    for (const image of published) assert.match(image.tag, /\d+\.\d+/, image.repository);
  });

  it("names each content once", () => {
    assert.equal(new Set(published.map((image) => image.digest)).size, published.length);
  });

  it("writes registry, repository, tag and digest", () => {
    assert.match(imageRef("postgres"), /^docker\.io\/library\/postgres:17\.\d+@sha256:[0-9a-f]{64}$/);
  });

  it("puts the mirror in the place of every registry, with its path, and keeps the digest", () => {
    for (const name of imageNames) {
      const source = images[name].published;
      if (source === undefined) continue;
      const ref = imageRef(name, { mirror: "registry.lab:5000/hub/" });
      assert.equal(ref, `registry.lab:5000/hub/${source.repository}:${source.tag}@${source.digest}`);
    }
  });

  it("prefers what was built on this machine, whatever the mirror", () => {
    const built = { redis: "semblance-curation/redis:8.0-abc" };
    assert.equal(imageRef("redis", { mirror: "registry.lab", built }), "semblance-curation/redis:8.0-abc");
    assert.equal(imageRef("postgres", { built }), publishedRef(images.postgres.published ?? baseImage));
  });

  it("says what to do about an image of our own that was not built", () => {
    assert.throws(
      () => imageRef("minio"),
      (error) =>
        error instanceof ConfigError && /"minio".*published nowhere[\s\S]*npm run up/.test(error.message),
    );
  });
});
