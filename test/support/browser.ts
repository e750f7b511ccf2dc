import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { existsSync } from "node:fs";
import { evidence } from "./evidence";
import { verifiedKey } from "./https";
import { until } from "./until";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
];

function executable(): string {
  const wanted = process.env["SEMBLANCE_CHROMIUM"];
  const found = wanted ?? PLACES.find(existsSync);
  if (found === undefined)
    throw new Error(`no Chromium at ${PLACES.join(", ")}; set SEMBLANCE_CHROMIUM to its path`);
  return found;
}

/**
 * A browser that accepts the stack's certificates and no others. Chromium has no switch to trust an authority, so the names
 * that will be opened are verified here against it, and Chromium is told the one key that was found behind all of them.
 */
export async function openBrowser(urls: readonly URL[], ca: string): Promise<Browser> {
  const keys = new Set(await Promise.all(urls.map((url) => verifiedKey(url, ca))));
  return launch(`--ignore-certificate-errors-spki-list=${[...keys].join(",")}`);
}

/** A browser for files of this machine. */
export const openPlainBrowser = (): Promise<Browser> => launch();

const launch = (...args: readonly string[]): Promise<Browser> =>
  chromium.launch({ executablePath: executable(), args: ["--no-sandbox", ...args] });

/** A page, with what went wrong in it. */
export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of scripts, and requests that could not be made. */
  readonly troubles: string[];
  /** Takes a picture for people. */
  picture(name: string): Promise<void>;
}

/** Opens an empty page in a profile of its own. */
export async function visit(
  browser: Browser,
  login?: { username: string; password: string },
): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    acceptDownloads: true,
    ...(login === undefined ? {} : { httpCredentials: login }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(`script: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    // The first: left behind by a page that was left. The second: see goTo.
    if (!["net::ERR_ABORTED", "net::ERR_NETWORK_CHANGED"].includes(why))
      troubles.push(`request: ${request.url().split("?")[0]} ${why}`);
  });
  return {
    context,
    page,
    troubles,
    picture: async (name) => void (await page.screenshot({ path: evidence(`${name}.png`) })),
  };
}

/**
 * Opens an address. Chromium drops what it is doing when a network interface comes or goes, which every start of a container
 * on this machine makes happen; that says nothing about the page, so it is asked for again.
 */
export async function goTo(page: Page, url: URL): Promise<void> {
  await until({ what: `${url.href} to open`, limitSeconds: 20 }, async () => {
    await page.goto(url.href);
    return true;
  });
}
