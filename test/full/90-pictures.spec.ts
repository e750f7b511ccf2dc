import assert from "node:assert/strict";
import { stat } from "node:fs/promises";
import { type Browser } from "playwright-core";
import { goTo, openBrowser, visit } from "../support/browser";
import { evidence } from "../support/evidence";
import { authority, login, urls } from "../support/facts";
import { present } from "../support/present";

/** A page that a person sees: its address, and a text by which it is known to be there. */
interface Sight {
  readonly service: Parameters<ReturnType<typeof present>["has"]>[0];
  /** Key among the stack's addresses. @default the service's name */
  readonly at?: string;
  readonly path?: string;
  readonly shows: RegExp;
  /** Who looks. @default nobody in particular */
  readonly as?: "operator";
}

const sights: Readonly<Record<string, Sight>> = {
  home: { service: "gateway", at: "home", shows: /services (are )?ready/ },
  "label-studio": { service: "label-studio", path: "/user/login/", shows: /Log in/i },
  jupyter: { service: "jupyter", shows: /Password/i },
  mlflow: { service: "mlflow", shows: /Recent Experiments/i, as: "operator" },
  docs: { service: "docs", path: "/monitoring.html", shows: /Monitoring/i },
  prometheus: { service: "prometheus", shows: /Prometheus/i, as: "operator" },
  alertmanager: { service: "alertmanager", shows: /Alerts|Silences/i, as: "operator" },
  jaeger: { service: "jaeger", shows: /Jaeger/i, as: "operator" },
  grafana: { service: "grafana", shows: /Grafana/i },
  minio: { service: "minio", shows: /MinIO|Login/i, as: "operator" },
  pgweb: { service: "pgweb", shows: /pgweb|label_studio/i, as: "operator" },
  mailpit: { service: "mailpit", shows: /Mailpit|Inbox/i, as: "operator" },
};

describe("pictures: what people see on each page", function () {
  this.timeout(120_000);
  let browser: Browser;
  let url: (name: string) => URL;

  before(async () => {
    const [ca, known] = await Promise.all([authority(), urls()]);
    url = known;
    const seen = Object.values(sights).filter(({ service }) => present().has(service));
    browser = await openBrowser(
      seen.map(({ service, at }) => url(at ?? service)),
      ca,
    );
  });
  after(async () => browser?.close());

  for (const [name, { service, at, path, shows, as }] of Object.entries(sights)) {
    it(`${name} shows its page`, async function () {
      if (!present().has(service)) {
        console.log(`      skipped: ${service} is not part of this stack`);
        this.skip();
      }
      const who = as === undefined ? undefined : await login(name === "mlflow" ? "mlflow" : as);
      const { page, picture, context } = await visit(browser, who);
      try {
        await goTo(page, new URL(path ?? "/", url(at ?? service)));
        await page
          .getByText(shows)
          .first()
          .waitFor({ state: "attached" })
          // What a page fetches for itself is part of what people see; one that asks all the time never comes to rest.
          .then(() => page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => undefined))
          .finally(() => picture(`page-${name}`));
        assert.ok((await stat(evidence(`page-${name}.png`))).size > 5_000, "an empty picture");
      } finally {
        await context.close();
      }
    });
  }
});
