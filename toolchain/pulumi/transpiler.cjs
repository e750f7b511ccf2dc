/**
 * How `ts-node`, which Pulumi runs the program with, turns TypeScript into JavaScript: by esbuild, as tests and commands do by tsx
 * (docs/adr/0004). JavaScript itself, because `ts-node` loads it before it can load TypeScript.
 */
const { transformSync } = require("esbuild");

exports.create = () => ({
  transpile(text, { fileName }) {
    const { code, map } = transformSync(text, {
      loader: "ts",
      format: "cjs",
      target: "node20",
      sourcefile: fileName,
      sourcemap: "external",
    });
    return { outputText: code, sourceMapText: map };
  },
});
