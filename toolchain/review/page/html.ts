import MarkdownIt from "markdown-it";
import { html as escaped } from "./text";

/** GitHub's way of showing such a page, as far as it matters for reading: one column, folds, and colours of differences. */
const STYLE = `
:root { color-scheme: light dark; --line: #d1d9e0; --soft: #59636e; --code: #eff2f5; --good: #dafbe1; --bad: #ffebe9; --note: #fff8c5; --at: #ddf4ff }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #9198a1; --code: #262c36; --good: #12361f; --bad: #4c1f22; --note: #3b2e08; --at: #122d4c } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem }
h3 { font-size: 1.35rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem }
h4 { font-size: 1.05rem; margin: 1.4rem 0 .4rem }
code, pre { font: 12.5px/1.45 ui-monospace, monospace; background: var(--code); border-radius: 5px }
code { padding: .15em .35em; overflow-wrap: anywhere } pre { padding: .7rem; overflow-x: auto } pre code { padding: 0; background: none }
pre span { display: block; min-height: 1.45em } .add { background: var(--good) } .del { background: var(--bad) } .note { background: var(--note) } .at { background: var(--at); color: var(--soft) }
details { border: 1px solid var(--line); border-radius: 6px; padding: .35rem .8rem; margin: .35rem 0 } summary { cursor: pointer } sub { color: var(--soft) }
`;

const CLASSES: Readonly<Record<string, string>> = { "+": "add", "-": "del", "!": "note", "@": "at" };

/** Lines of a block of differences, each with its colour. */
function differences(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const spans = lines.map((line) => `<span class="${CLASSES[line[0] ?? ""] ?? ""}">${escaped(line)}</span>`);
  return `<pre><code>${spans.join("")}</code></pre>`;
}

/** A page as a document of HTML that needs nothing else: for an artefact of CI, and for looking at it here. */
export function htmlPage(markdown: string, title: string): string {
  const renderer = new MarkdownIt({
    html: true,
    highlight: (text, language) => (language === "diff" ? differences(text) : ""),
  });
  return [
    "<!doctype html>",
    `<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    // Nothing in it runs or asks for anything, whatever a value says.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style></head>`,
    `<body>${renderer.render(markdown)}</body></html>`,
    "",
  ].join("\n");
}
