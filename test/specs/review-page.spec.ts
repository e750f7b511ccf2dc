import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { factsOf } from "../../toolchain/review/facts";
import { SECRET_TEXT } from "../../toolchain/review/model";
import { htmlPage, markerOf, MOST_CHARACTERS, page, report } from "../../toolchain/review/page";
import { change, passes, preview, property, resource } from "../support/review";
import { type Sample, samples } from "../support/review-samples";

const write = ({ preview: of, verdict }: Sample): string => page(of, factsOf(of), verdict);

describe("reviews, pages", function () {
  this.timeout(60_000);

  for (const [name, sample] of Object.entries(samples))
    it(`are as they are kept: ${name}; run with UPDATE=1 to write them anew`, () => {
      const file = join(__dirname, "review-pages", `${name}.md`);
      const text = write(sample());
      if (process.env.UPDATE === "1") writeFileSync(file, text);
      else assert.equal(text, readFileSync(file, "utf8"));
    });

  it("begin with the marker, by which a comment is found again", () => {
    for (const sample of Object.values(samples)) {
      const one = sample();
      assert.equal(write(one).split("\n")[0], markerOf(one.preview.stack));
    }
  });

  it("tell what is wrong with the file of acknowledgements, and stop nothing for it", () => {
    const verdict = { ...passes, faults: ["that db may be lost (delete) is not needed: delete the line"] };
    const text = page(preview(), factsOf(preview()), verdict);
    assert.match(text, /guard: 0 refused, 1 fault in its file/);
    assert.match(text, /acknowledgements\.json`: that db may be lost/);
    assert.equal(report(preview(), factsOf(preview()), verdict).passes, true);
  });

  it("have three lines where nothing changes", () => {
    const sample = samples["no-change"]?.();
    assert.ok(sample !== undefined);
    assert.equal(write(sample).trimEnd().split("\n").length, 3);
  });

  it("differ in one line where the time does", () => {
    for (const sample of Object.values(samples)) {
      const one = sample();
      const again = write({ ...one, preview: { ...one.preview, seconds: 99 } }).split("\n");
      const changed = write(one)
        .split("\n")
        .filter((line, i) => line !== again[i]);
      assert.equal(changed.length, 1, changed.join("\n"));
      assert.equal(changed[0], write(one).trimEnd().split("\n").at(-1));
    }
  });

  it("keep what is secret a secret, whether marked or held by a Secret", () => {
    const CANARY = "CANARY-2b1e";
    const of = preview({
      changes: [
        change("update", resource("kubernetes:core/v1:Secret", "web-files"), [
          property("data.password", CANARY, `${CANARY}-2`),
          { path: "stringData", kind: "add", before: undefined, after: { a: CANARY }, replaces: false },
        ]),
        change("create", resource("kubernetes:core/v1:Secret", "job-files", { data: { key: CANARY } })),
        change("update", resource("random:index/randomPassword:RandomPassword", "secrets-web"), [
          property("keepers.version", SECRET_TEXT, SECRET_TEXT),
          property("length", SECRET_TEXT, 40),
        ]),
      ],
    });
    const text = page(of, factsOf(of), passes);
    assert.match(text, /data\.password: \[secret\], which changes/);
    assert.match(text, /- length: \[secret\]\n\+ length: 40/);
    const lost = resource("kubernetes:core/v1:Secret", "web-files", { data: { password: CANARY } });
    const verdict = {
      ...passes,
      refused: [{ resource: lost, change: "delete" as const, why: "It goes.", line: "{}" }],
    };
    for (const shown of [text, htmlPage(text, "review"), JSON.stringify(report(of, factsOf(of), verdict))])
      assert.ok(!shown.includes(CANARY), shown);
  });

  it("show of long values what differs, and how long they are", () => {
    const base = "x".repeat(5000);
    const of = preview({
      changes: [
        change("update", resource("aws:ec2/launchTemplate:LaunchTemplate", "nodes"), [
          property("userData", `${base}old${base}`, `${base}new${base}`),
          property(
            "policy",
            JSON.stringify({ a: [1, 2, 3], list: base }),
            JSON.stringify({ a: [1, 5, 3], list: base }),
          ),
        ]),
      ],
    });
    const text = page(of, factsOf(of), passes);
    assert.match(text, /- userData: …x{39}xold|- userData: …"?x+old/);
    assert.match(text, /\(10,0\d\d characters\)/);
    assert.match(text, /-\s+2,\n\+\s+5,/);
    assert.ok(text.length < 3000, text);
  });

  it("are useful and short enough with 300 and with 3000 changes", () => {
    for (const [services, each] of [
      [30, 10],
      [300, 10],
      [3000, 1],
    ] as const) {
      const changes = Array.from({ length: services }, (_, s) =>
        Array.from({ length: each }, (_, i) =>
          change(
            i === 0 ? "replace" : "update",
            resource("kubernetes:apps/v1:Deployment", `service${s}-${i}`),
            Array.from({ length: 10 }, (_, p) => property(`spec.path${p}`, "a".repeat(40), "b".repeat(40))),
            `service${s}`,
          ),
        ),
      ).flat();
      const of = preview({ changes });
      const text = page(of, factsOf(of), passes);
      assert.ok(text.length <= MOST_CHARACTERS, String(text.length));
      assert.ok(text.length > 0.5 * MOST_CHARACTERS, String(text.length));
      assert.match(text, new RegExp(`${services.toLocaleString("en-US")} to replace`));
      assert.match(text, /Left out for want of room: .*`review-prod\.json` has all of it/);
      assert.ok(text.includes("service0-9") || each === 1);
      assert.equal(report(of, factsOf(of), passes).changes.length, services * each);
    }
  });

  it("stay short enough whatever a section holds", () => {
    const many = <T>(of: (i: number) => T): T[] => Array.from({ length: 1000 }, (_, i) => of(i));
    const volume = (i: number) => resource("docker:index/volume:Volume", `volume-${i}`);
    const long = "word ".repeat(500);
    const of = preview({
      after: many((i) =>
        resource("docker:index/container:Container", `c${i}`, {
          image: `a/b${i}:1`,
          ports: [{ external: i }],
        }),
      ),
      outputs: { before: { arrows: [] }, after: { arrows: many((i) => `a${i} → b:c`) } },
      changes: many((i) => change("delete", volume(i))),
      messages: many((i) => ({ severity: i % 2 === 0 ? "error" : "warning", text: `${i} ${long}` }) as const),
      policies: many(
        (i) =>
          ({
            rule: `rule-${i}`,
            level: i % 2 === 0 ? "mandatory" : "advisory",
            severity: "",
            urn: volume(i).urn,
            message: long,
          }) as const,
      ),
    });
    const verdict = {
      ...passes,
      refused: many((i) => ({ resource: volume(i), change: "delete" as const, why: long, line: "{}" })),
    };
    const text = page(of, factsOf(of), verdict);
    assert.ok(text.length <= MOST_CHARACTERS, String(text.length));
    for (const title of ["Data", "Errors", "Policies", "Arrows", "Exposure", "Images", "Changes"])
      assert.match(text, new RegExp(`^#### ${title}$`, "m"), title);
  });
});

describe("reviews, reports", () => {
  it("are plain data, with a version, and say whether anything stops the change", () => {
    const passed = (name: string): boolean => {
      const sample = samples[name]?.();
      assert.ok(sample !== undefined);
      const found = report(sample.preview, factsOf(sample.preview), sample.verdict);
      assert.equal(found.version, 1);
      assert.deepEqual(JSON.parse(JSON.stringify(found)).counts, found.counts);
      return found.passes;
    };
    assert.deepEqual(Object.fromEntries(Object.keys(samples).map((name) => [name, passed(name)])), {
      "no-change": true,
      "image-bump": true,
      "data-at-stake": false,
      wider: false,
      typo: false,
    });
  });
});
