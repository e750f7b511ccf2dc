import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  identityDocuments,
  resourceDocuments,
  trustDocuments,
} from "../../../../policies/rules/access/documents";
import { root } from "../../../support/stack";

/** The code of the SDK that makes a resource of a type. */
function codeOf(type: string): string {
  const [, module = ""] = type.split(":");
  return readFileSync(join(root, "node_modules", "@pulumi", "aws", `${module}.js`), "utf8");
}

describe("policies: where AWS' resources keep IAM documents", () => {
  for (const [what, places] of Object.entries({ identityDocuments, trustDocuments, resourceDocuments }))
    it(`${what} names properties that the SDK has`, () => {
      const missed = Object.entries(places).filter(([type, place]) => {
        const [property = ""] = place.split(/\[\]\.|\./);
        return !codeOf(type).includes(`resourceInputs["${property}"] = args`);
      });
      assert.ok(Object.keys(places).length > 0);
      assert.deepEqual(missed, []);
    });
});
