import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { taggableTypes } from "../../../../policies/rules/operations/tags";
import { root } from "../../../support/stack";

/** A resource that takes tags as a map says so in its arguments. */
const TAGS = /export interface \w+Args \{(?:(?!\n\})[\s\S])*\n {4}tags\?: pulumi\.Input<\{/;

describe("policies: the AWS types that take tags", function () {
  this.timeout(120_000);

  it("are those of the SDK, none less and none more", () => {
    const folder = join(root, "node_modules", "@pulumi", "aws");
    const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".js"))
      .flatMap((file) => {
        const token = /__pulumiType = '([^']+)'/.exec(readFileSync(join(folder, file), "utf8"))?.[1];
        if (token === undefined) return [];
        return TAGS.test(readFileSync(join(folder, file.replace(/\.js$/, ".d.ts")), "utf8")) ? [token] : [];
      });
    assert.deepEqual([...taggableTypes], [...new Set(found)].sort());
  });
});
