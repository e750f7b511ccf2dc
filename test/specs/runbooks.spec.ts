import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { alertGroups, runbookPage } from "../../components/services/prometheus/rules";
import { memberNames } from "../../components/topology";
import { root } from "../support/stack";

const folder = join(root, "docs", "runbooks");
const alerts = alertGroups.flatMap((group) => group.alerts);
const scripts = new Set(
  Object.keys(
    (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> })
      .scripts,
  ),
);

describe("runbooks", () => {
  it("exist for each alert, and for nothing else", () => {
    assert.deepEqual(readdirSync(folder).sort(), alerts.map((alert) => `${runbookPage(alert)}.md`).sort());
  });

  for (const alert of alerts) {
    it(`${alert.name}: says what it means, where to look and how to mend it, by commands that exist`, () => {
      const text = readFileSync(join(folder, `${runbookPage(alert)}.md`), "utf8");
      assert.ok(text.startsWith(`# ${alert.name}\n\n`));
      assert.deepEqual(
        [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title),
        ["Look at", "Mend"],
      );
      for (const [, script = ""] of text.matchAll(/npm run ([\w:-]+)/g))
        assert.ok(scripts.has(script), script);
      for (const [, service = ""] of text.matchAll(/npm run logs -- ([a-z-]+)/g))
        assert.ok(
          memberNames.some((name) => name === service),
          service,
        );
      for (const [, page = ""] of text.matchAll(/\]\(([\w-]+\.md)\)/g))
        assert.ok(readdirSync(folder).includes(page), page);
    });
  }

  it("have names of alerts that are words and not numbers, each once", () => {
    const names = alerts.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length);
    for (const name of names) assert.match(name, /^([A-Z][a-z]+)+$/);
    assert.equal(runbookPage({ name: "ServiceDown" }), "service-down");
  });
});
