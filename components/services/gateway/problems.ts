import { answer, type CaddyRoute, type Handler, type Matcher, route, subroute } from "./caddy";
import { escapeHtml, htmlDocument } from "./html";
import { hostOf, httpsUrl, type Route, type GatewaySettings } from "./model";

/** What went wrong, in words for the person in front of it. */
interface Problem {
  readonly status: number;
  readonly title: string;
  readonly text: string;
  /** Commands that help, each with what it does. */
  readonly commands: readonly { readonly command: string; readonly does: string }[];
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  /** The page asks again by itself: for what heals without the person. */
  readonly retry?: boolean;
}

const DOWN = ["502", "503", "504"];
const RETRY_SECONDS = 10;
const status = { command: "npm run status", does: "shows which services are ready, and why one is not" };

/** The routes that answer when a request failed: a page for a browser, JSON for a program. */
export function problemRoutes(settings: GatewaySettings): CaddyRoute[] {
  const home = httpsUrl(settings.domain, settings.publicHttpsPort);
  const show = (problem: Problem): Handler => present(problem, home);
  return [
    ...settings.routes.flatMap((one) => [
      route([failed(DOWN, hostOf(settings.domain, one))], [show(unreachable(one))]),
      route([failed(["401"], hostOf(settings.domain, one))], [show(loginNeeded(one))]),
      route([failed(["413"], hostOf(settings.domain, one))], [show(tooLarge(one))]),
    ]),
    route([failed(DOWN, settings.domain)], [show(stateUnknown)]),
    // The page asks for the state by script; a challenge here would open the browser's login window at the first visit.
    route(
      [{ ...failed(["401"], settings.domain), path: ["/api/state"] }],
      [{ handler: "headers", response: { delete: ["WWW-Authenticate"] } }, show(stateLogin)],
    ),
    route([failed(["401"], settings.domain)], [show(stateLogin)]),
    route([failed(["403"])], [show(otherSite)]),
    route([failed(["404"])], [show(noSuchPage)]),
    route([failed(["421"])], [show(unknownHost(settings))]),
  ];
}

function failed(codes: readonly string[], host?: string): Matcher {
  return { vars: { "{http.error.status_code}": codes }, ...(host === undefined ? {} : { host: [host] }) };
}

function unreachable(one: Route): Problem {
  return {
    status: 502,
    title: `${one.title} does not answer`,
    text: "It may still be starting, or it is down. This page tries again by itself.",
    commands: [status, { command: `npm run logs -- ${one.service}`, does: "shows what it says" }],
    retry: true,
  };
}

function passwordOf(role: string): Problem["commands"][number] {
  return { command: `npm run password -- ${role}`, does: "shows the name and the password" };
}

const stateUnknown: Problem = {
  status: 502,
  title: "The state of the services is not known",
  text: "Prometheus, which knows it, does not answer.",
  commands: [status, { command: "npm run logs -- prometheus", does: "shows what it says" }],
};

const stateLogin: Problem = {
  status: 401,
  title: "The state of the services asks for a login",
  text: "The login of any role will do.",
  commands: [passwordOf("annotator")],
};

function loginNeeded(one: Route): Problem {
  return {
    status: 401,
    title: `${one.title} asks for a login`,
    text: `Log in as ${one.access}, or as a role above it.`,
    commands: [passwordOf(one.access)],
  };
}

function tooLarge(one: Route): Problem {
  const mebibytes = Math.floor(one.maxBodyBytes / 2 ** 20);
  return {
    status: 413,
    title: "This upload is too large",
    text: `${one.title} takes at most ${mebibytes} MiB in one request.`,
    commands: [],
  };
}

const otherSite: Problem = {
  status: 403,
  title: "This request was sent by another page",
  text: "A page of another site tried to use your login. Open the address by itself if that is what you want.",
  commands: [],
};

const noSuchPage: Problem = {
  status: 404,
  title: "There is no such page",
  text: "The home page shows what there is.",
  commands: [],
};

function unknownHost(settings: GatewaySettings): Problem {
  const hosts = [settings.domain, ...settings.routes.map((one) => hostOf(settings.domain, one))];
  return {
    status: 421,
    title: "Nothing is served under this name",
    text: "This gateway knows these names:",
    commands: [],
    links: hosts.map((host) => ({ href: httpsUrl(host, settings.publicHttpsPort), text: host })),
  };
}

/** HTML where the client asks for it, JSON otherwise. Nothing out of the request is repeated, so nothing needs escaping. */
function present(problem: Problem, home: string): Handler {
  const headers = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": `default-src 'none'; style-src ${home}; img-src ${home}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    ...(problem.retry === true ? { "Retry-After": String(RETRY_SECONDS) } : {}),
  };
  const json = {
    status: problem.status,
    error: problem.title,
    detail: problem.text,
    ...(problem.commands.length === 0 ? {} : { try: problem.commands.map((one) => one.command) }),
    ...(problem.links === undefined ? {} : { hosts: problem.links.map((link) => link.text) }),
  };
  return subroute([
    route(
      [{ header: { Accept: ["*text/html*"] } }],
      [
        answer(
          problem.status,
          { ...headers, "Content-Type": "text/html; charset=utf-8" },
          problemPage(problem, home),
        ),
      ],
    ),
    route(
      [],
      [
        answer(
          problem.status,
          { ...headers, "Content-Type": "application/json" },
          `${JSON.stringify(json)}\n`,
        ),
      ],
    ),
  ]);
}

function problemPage(problem: Problem, home: string): string {
  const commands = problem.commands.map(
    (one) => `<li><code>${escapeHtml(one.command)}</code><span>${escapeHtml(one.does)}</span></li>`,
  );
  const links = (problem.links ?? []).map(
    (link) => `<li><a href="${escapeHtml(link.href)}">${escapeHtml(link.text)}</a></li>`,
  );
  const items = [...commands, ...links];
  return htmlDocument({
    title: problem.title,
    origin: home,
    styleSheets: ["/base.css"],
    bodyClass: "problem",
    ...(problem.retry === true ? { refreshSeconds: RETRY_SECONDS } : {}),
    body: `<main>
<p class="status">${problem.status}</p>
<h1>${escapeHtml(problem.title)}</h1>
<p>${escapeHtml(problem.text)}</p>
${items.length === 0 ? "" : `<ul>\n${items.join("\n")}\n</ul>`}
<p><a href="${escapeHtml(home)}/">Home page</a></p>
</main>`,
  });
}
