import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";

const root = join(__dirname, "..", "..");
// Without the rules that ask the compiler: they need files that exist, and seconds.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** The import rules that one line of code in a file breaks. */
async function broken(file: string, line: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${line}\n`, { filePath: join(root, file) });
  assert.ok(result);
  return result.messages
    .filter(({ ruleId }) => ruleId?.endsWith("no-restricted-imports"))
    .map(({ message }) => message);
}

const refused: readonly (readonly [file: string, line: string])[] = [
  ["components/assembly.ts", 'import "@pulumi/docker";'],
  ["components/secrets/index.ts", 'import type { Provider } from "@pulumi/kubernetes";'],
  ["components/config/index.ts", 'import "@pulumi/aws/s3";'],
  ["components/core/x.ts", 'import "@pulumi/random";'],
  ["components/core/x.ts", 'import "../services/redis";'],
  ["components/core/x.ts", 'import "../platforms/docker";'],
  ["components/core/x.ts", 'import { arrows } from "../topology";'],
  ["components/services/x.ts", 'import "@pulumi/docker";'],
  ["components/services/x.ts", 'import "../platforms/docker";'],
  ["components/services/x/index.ts", 'import "../../platforms/docker";'],
  ["components/services/x/index.ts", 'import "../../config";'],
  ["components/services/x/index.ts", 'import { arrows } from "../../topology";'],
  ["components/platforms/docker/x.ts", 'import "../../services/redis";'],
  ["policies/x.ts", 'import "@pulumi/docker";'],
];

const allowed: readonly (readonly [file: string, line: string])[] = [
  ["components/platforms/docker/x.ts", 'import "@pulumi/docker";'],
  ["components/platforms/docker/x.ts", 'import { arrows } from "../../topology";'],
  ["components/core/x.ts", 'import type { ServiceName } from "../topology";'],
  ["components/core/x.ts", 'import * as pulumi from "@pulumi/pulumi";'],
  ["components/services/x.ts", 'import "../core/values";'],
  ["components/services/x/index.ts", 'import "../../core/values";'],
  ["components/services/x/index.ts", 'import "../exporters";'],
  ["components/services/x/index.ts", 'import type { ServiceName } from "../../topology";'],
  ["components/secrets/index.ts", 'import * as random from "@pulumi/random";'],
  ["components/assembly.ts", 'import "./services/redis";'],
];

describe("the import rule", () => {
  for (const [file, line] of refused) {
    it(`refuses in ${file}: ${line}`, async () => assert.equal((await broken(file, line)).length, 1));
  }
  for (const [file, line] of allowed) {
    it(`allows in ${file}: ${line}`, async () => assert.deepEqual(await broken(file, line), []));
  }

  it("cannot be switched off by a comment", async () => {
    const line = '/* eslint-disable */ import "@pulumi/docker";';
    assert.equal((await broken("components/core/x.ts", line)).length, 1);
  });
});
