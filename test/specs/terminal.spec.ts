import assert from "node:assert/strict";
import {
  bytes,
  type Clock,
  duration,
  styleOf,
  table,
  TerminalProgress,
  terminalOf,
} from "../../toolchain/terminal";
import { fit } from "../../toolchain/terminal/style";

/** A screen that keeps what is written, and a clock that goes when it is told to. */
function fixture(live: boolean) {
  let text = "";
  let now = 0;
  let tick = (): void => undefined;
  const stream = { write: (part: string) => (text += part), columns: 60, rows: 10 };
  const clock: Clock = {
    now: () => now,
    every: (_, call) => {
      tick = call;
      return () => (tick = () => undefined);
    },
  };
  const progress = new TerminalProgress({ stream, live, colors: false }, clock);
  const pass = (milliseconds: number): void => {
    now += milliseconds;
    tick();
  };
  return { progress, pass, text: () => text };
}

/** What a person sees in the end: redraws replace the lines that they were drawn over. */
function seen(written: string): string[] {
  const lines = [""];
  for (const part of written.split(/(\u001b\[\?25[lh]|\u001b\[\d+A|\u001b\[J|\r|\n)/)) {
    const up = /^\u001b\[(\d+)A$/.exec(part)?.[1];
    if (up !== undefined) lines.splice(lines.length - 1 - Number(up), Infinity, "");
    else if (part === "\n") lines.push("");
    else if (part !== "\r" && !part.startsWith("\u001b")) lines[lines.length - 1] += part;
  }
  return lines.filter((line) => line !== "");
}

describe("progress without a terminal", () => {
  it("prints one line for a short step, with the elapsed time", async () => {
    const { progress, pass, text } = fixture(false);
    assert.equal(await progress.step("Settings", async () => (pass(1_000), 7)), 7);
    assert.equal(text(), "✔ Settings 1.0s\n");
  });

  it("announces a long step, and gives a sign of life every 30 s with what is going on", async () => {
    const { progress, pass, text } = fixture(false);
    await progress.step("Images", async (say) => {
      pass(2_500);
      say("minio: compiling");
      pass(20_000);
      pass(10_000);
    });
    assert.deepEqual(text().trim().split("\n"), [
      "… Images",
      "… Images (33s: minio: compiling)",
      "✔ Images 33s",
    ]);
  });

  it("marks a step that failed and passes its error on", async () => {
    const { progress, text } = fixture(false);
    await assert.rejects(
      progress.step("Images", () => Promise.reject(new Error("no space"))),
      /no space/,
    );
    assert.equal(text(), "✘ Images 0.0s\n");
  });

  it("indents what belongs to a step", async () => {
    const { progress, text } = fixture(false);
    await progress.step("Images", async () => {
      await progress.step("minio", () => Promise.resolve());
      progress.note("two\nlines");
    });
    assert.deepEqual(text().split("\n"), ["  ✔ minio 0.0s", "  two", "  lines", "✔ Images 0.0s", ""]);
  });
});

describe("progress on a terminal", () => {
  it("redraws a line per running step, within the width, and leaves only results", async () => {
    const { progress, pass, text } = fixture(true);
    await progress.step("Images", async (say) => {
      say("x".repeat(200));
      await Promise.all([
        progress.step("minio", () => Promise.resolve(pass(500))),
        progress.step("caddy", () => Promise.resolve(pass(500))),
      ]);
      for (const line of seen(text())) assert.ok(line.length < 60, line);
    });
    assert.deepEqual(seen(text()), ["  ✔ minio 1.0s", "  ✔ caddy 0.5s", "✔ Images 1.0s"]);
    assert.ok(text().includes("⠙"), "a spinner that turns");
  });

  it("hides the cursor while it draws and gives it back", async () => {
    const { progress, text } = fixture(true);
    await progress.step("a", () => Promise.resolve());
    assert.ok(text().startsWith("\u001b[?25l"));
    assert.ok(text().endsWith("\u001b[?25h"));
  });
});

describe("text for people", () => {
  it("tells durations", () => {
    const cases = {
      "0.0s": 0,
      "9.9s": 9_940,
      "12s": 12_400,
      "3m 05s": 185_000,
      "2h 10m": 7_800_000,
      "3d 1h": 262_900_000,
    };
    for (const [text, milliseconds] of Object.entries(cases)) assert.equal(duration(milliseconds), text);
  });

  it("tells sizes", () => {
    assert.equal(bytes(512 * 1024 ** 2), "512 MB");
    assert.equal(bytes(6 * 1024 ** 3), "6.0 GB");
  });

  it("cuts lines to a width", () => {
    assert.equal(fit("abc\ndef", 10), "abc def");
    assert.equal(fit("abcdef", 4), "abc…");
  });

  it("lines columns up without borders", () => {
    assert.equal(
      table(
        ["A", "B"],
        [
          ["long name", "x"],
          ["n", ""],
        ],
        (text) => text,
      ),
      "A          B\nlong name  x\nn",
    );
  });

  it("uses colours only where they are wanted", () => {
    const stream = Object.assign(Object.create(process.stdout), { isTTY: true }) as NodeJS.WriteStream;
    assert.equal(terminalOf(stream, {}).colors, true);
    assert.equal(terminalOf(stream, { NO_COLOR: "1" }).colors, false);
    assert.equal(terminalOf(stream, { CI: "true" }).live, false);
    assert.equal(terminalOf(stream, { TERM: "dumb" }).live, false);
    assert.equal(styleOf({ colors: false }).red("x"), "x");
  });
});
