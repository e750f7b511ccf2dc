import { join } from "node:path";
import { asset } from "../../core/assets";
import type { Live } from "../../core/sources";
import { escapeHtml, htmlDocument } from "./html";
import { svg } from "./icons";
import { type Access, hostOf, httpsUrl, type Route, roles, type Tile } from "./model";

/** What the home page is made of. No secret in it: it can be read without a login. */
export interface HomePage {
  readonly domain: string;
  readonly publicHttpsPort: number;
  /** Name of the stack, shown in the head of the page. */
  readonly stack: string;
  readonly routes: readonly Route[];
  /** Services that people do not open. */
  readonly others: readonly Tile[];
  /** Services that this machine cannot run: their titles, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** Where the operator finds the certificate of the stack's authority: a path, or a command that writes it. */
  readonly authorityFile: string;
  /** Address of the documentation. */
  readonly docsUrl?: string;
}

const assets = ["base.css", "home.css", "home.mjs", "state.mjs", "icon.svg"] as const;

/** Folder of the project with the files that the home page loads. */
export const HOME_ASSETS = join(__dirname, "home");

/** The files of the home page by name; where it is live, the page alone. */
export function homeFiles(page: HomePage & Live): Record<string, string> {
  const files = assets.map((name) => [name, asset(HOME_ASSETS, name)] as const);
  return { "index.html": homePage(page), ...(page.live ? {} : Object.fromEntries(files)) };
}

const entrance: Readonly<Record<Access, string>> = {
  "own-login": "has its own login",
  everyone: "for everyone",
  annotator: "for annotators",
  scientist: "for scientists",
  operator: "for operators",
};

function homePage(page: HomePage): string {
  const isForPeople = (route: Route): boolean => route.forPeople ?? true;
  const open = page.routes.filter(isForPeople);
  const opened = new Set(open.map((route) => route.service));
  // A service with a route for people and one for programs has one tile: the one that people open.
  const behind = [...page.routes.filter((route) => !isForPeople(route)), ...page.others].filter(
    (tile, index, all) =>
      !opened.has(tile.service) && all.findIndex((other) => other.service === tile.service) === index,
  );
  return htmlDocument({
    title: "Semblance Curation",
    origin: "",
    styleSheets: ["/base.css", "/home.css"],
    script: "/home.mjs",
    bodyClass: "home",
    body: `<a class="skip" href="#open">Skip to the services</a>
<header>
<div class="brand">${svg("gate")}<div><h1>Semblance Curation</h1><p>stack <b>${escapeHtml(page.stack)}</b> on ${escapeHtml(page.domain)}</p></div></div>
<div class="overall"><p id="summary" role="status" data-state="unknown">Asking for the state of the services …</p><a id="login" href="/login" hidden>Log in</a></div>
</header>
<main>
<section id="open" aria-labelledby="open-title">
<h2 id="open-title">Open</h2>
<ul class="tiles">
${open.map((route) => linkTile(route, page)).join("\n")}
</ul>
</section>
<section aria-labelledby="behind-title">
<h2 id="behind-title">Behind the scenes</h2>
<ul class="tiles small">
${behind.map(plainTile).join("\n")}
</ul>
</section>
${absentServices(page.absent)}${firstMinutes(page)}
</main>
<footer><p>${docs(page)}</p></footer>
<noscript><p>The state of the services is shown by a script; without one, run <code>npm run status</code>.</p></noscript>`,
  });
}

function linkTile(route: Route, page: HomePage): string {
  const href = `${httpsUrl(hostOf(page.domain, route), page.publicHttpsPort)}/`;
  return `<li class="tile" data-service="${escapeHtml(route.service)}" data-state="unknown">
${svg(route.icon)}
<h3><a href="${escapeHtml(href)}">${escapeHtml(route.title)}</a></h3>
<p>${escapeHtml(route.description)}</p>
<p class="access" data-access="${route.access}">${entrance[route.access]}</p>
${state}
</li>`;
}

function plainTile(tile: Tile): string {
  return `<li class="tile" data-service="${escapeHtml(tile.service)}" data-state="unknown">
${svg(tile.icon)}
<h3>${escapeHtml(tile.title)}</h3>
<p>${escapeHtml(tile.description)}</p>
${state}
</li>`;
}

const state = `<p class="state"><span class="word">Unknown</span> <span class="duration"></span></p>`;

function absentServices(absent: HomePage["absent"]): string {
  const entries = Object.entries(absent);
  if (entries.length === 0) return "";
  const items = entries.map(([title, why]) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(why)}</dd>`);
  return `<section aria-labelledby="absent-title"><h2 id="absent-title">Not on this machine</h2><dl class="absent">${items.join("")}</dl></section>\n`;
}

function firstMinutes(page: HomePage): string {
  const labelling = page.routes.find((route) => route.service === "label-studio");
  const asked = roles.filter((role) => page.routes.some((one) => one.access === role)).reverse();
  const steps = [
    `<h3>Trust this stack</h3><p>Add its certificate authority to your browser, once, and the warning is gone:</p>${command(page.authorityFile)}`,
    ...(labelling === undefined
      ? []
      : [
          `<h3>Log in to Label Studio</h3><p>This shows the name and the password that were made for you:</p>${command("npm run password -- label-studio")}`,
        ]),
    ...(asked.length === 0
      ? []
      : [
          `<h3>Open the other pages</h3><p>They ask for the login of a role. An operator may open all of them:</p>${asked.map((role) => command(`npm run password -- ${role}`)).join("")}`,
        ]),
    `<h3>When something is down</h3><p>See which service it is and why, then read its log:</p>${command("npm run status")}${command("npm run logs -- SERVICE")}`,
  ];
  return `<section aria-labelledby="first-title">
<h2 id="first-title">The first five minutes</h2>
<ol class="steps">
${steps.map((step) => `<li>${step}</li>`).join("\n")}
</ol>
</section>`;
}

function command(text: string): string {
  const safe = escapeHtml(text);
  return `<div class="command"><code>${safe}</code><button type="button" data-copy="${safe}" aria-label="Copy: ${safe}"></button></div>`;
}

function docs(page: HomePage): string {
  const where = "More in <code>README.md</code> and <code>docs/</code> of the project";
  return page.docsUrl === undefined
    ? `${where}.`
    : `${where}, and in the <a href="${escapeHtml(page.docsUrl)}">documentation</a>.`;
}
