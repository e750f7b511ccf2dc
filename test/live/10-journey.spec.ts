import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { z } from "zod";
import { goTo, openBrowser, type Visit, visit } from "../support/browser";
import { logsOf, serverOf } from "../support/engine";
import { evidenceFolder } from "../support/evidence";
import { authority, login, status, urls } from "../support/facts";
import { fetchFrom } from "../support/https";
import {
  annotate,
  createProject,
  exportJson,
  importFiles,
  logIn,
  openFirstTask,
} from "../support/label-studio";
import { IMAGE_CONFIG, LabelStudioApi } from "../support/label-studio-api";
import { makeImage } from "../support/png";
import { until } from "../support/until";

const exportSchema = z.array(
  z.looseObject({
    id: z.number(),
    file_upload: z.string(),
    annotations: z.array(z.looseObject({ result: z.array(z.looseObject({ value: z.looseObject({}) })) })),
  }),
);

/** Noise, so that no piece of it turns up anywhere by chance, and no compression makes it unrecognisable. */
const noise = randomBytes(96 * 64 * 3);
const image = makeImage(96, 64, (x, y) => {
  const at = (y * 96 + x) * 3;
  return [noise[at] ?? 0, noise[at + 1] ?? 0, noise[at + 2] ?? 0];
});
const title = `Live test ${new Date().toISOString()}`;

describe("journey: from the home page to an exported annotation", function () {
  this.timeout(180_000);
  // Each step stands on the one before.
  this.bail(true);
  let ca: string;
  let home: URL;
  let labelStudio: URL;
  let s3: URL;
  let browser: Browser;
  let person: Visit;
  let project: number;
  let file: string;

  before(async () => {
    ca = await authority();
    const url = await urls();
    [home, labelStudio, s3] = [url("home"), url("label-studio"), url("s3")];
    browser = await openBrowser([home, labelStudio, s3], ca);
    person = await visit(browser);
  });
  after(async () => {
    await person?.picture("99-last");
    await browser?.close();
    process.stdout.write(`    screenshots and outputs: ${evidenceFolder()}\n`);
  });

  it("every service is ready", async () => {
    const { services } = await status();
    assert.deepEqual(
      services.filter(({ ready }) => !ready),
      [],
    );
    assert.ok(services.length >= 10, `npm run status lists ${services.length} services only`);
  });

  it("the home page shows a tile and the state of each service", async () => {
    const { page } = person;
    await goTo(page, home);
    const tiles = page.locator("[data-service]");
    const services = (await status()).services.map(({ name }) => name);
    await until({ what: "ready tiles on the home page", limitSeconds: 60 }, async () => {
      const states = await tiles.evaluateAll((all) => all.map((tile) => tile.getAttribute("data-state")));
      return states.length > 0 && states.every((state) => state === "ready");
    });
    const shown = await tiles.evaluateAll((all) =>
      all.map((tile) => tile.getAttribute("data-service") ?? ""),
    );
    assert.deepEqual(
      shown.filter((service) => !services.includes(service)),
      [],
      "tiles of services that are not there",
    );
    for (const service of ["label-studio", "postgres", "redis", "minio", "prometheus"]) {
      assert.ok(shown.includes(service), `the home page has no tile of ${service}`);
    }
    await person.picture("1-home");
  });

  it("a person logs in to Label Studio, coming from the home page", async () => {
    const { page } = person;
    await page.locator('[data-service="label-studio"] a').click();
    await page.waitForURL(/\/user\/login/);
    await logIn(page, labelStudio, await login("label-studio"));
    const cookies = (await person.context.cookies(labelStudio.href)).filter(({ name }) =>
      /session|csrf/i.test(name),
    );
    assert.ok(cookies.length >= 2, "session and CSRF cookies are set");
    assert.deepEqual(
      cookies.filter(({ secure }) => !secure),
      [],
      "cookies that go over plain HTTP",
    );
    await person.picture("2-logged-in");
  });

  it("creates a project, uploads an image, and the task is there", async () => {
    project = await createProject(person.page, labelStudio, title);
    await importFiles(person.page, labelStudio, project, [
      { name: "noise.png", mimeType: "image/png", buffer: image.png },
    ]);
    await person.picture("3-imported");
  });

  it("the image is drawn, and is not shown to somebody without a session", async () => {
    const uploaded = person.page.waitForResponse((response) => response.url().includes("noise.png"));
    assert.equal(await openFirstTask(person.page, labelStudio, project), image.width);
    await person.picture("4-task");
    const { status: answer } = await fetchFrom((await uploaded).url(), { ca });
    assert.ok(answer === 401 || answer === 403, `a stranger is answered with ${answer}`);
  });

  it("labels by the keyboard, submits, and exports what was labelled", async () => {
    await annotate(person.page);
    await person.picture("5-labelled");
    const download = await exportJson(person.page, labelStudio, project);
    const [task, ...more] = exportSchema.parse(JSON.parse(await readFile(await download.path(), "utf8")));
    assert.equal(more.length, 0);
    assert.deepEqual(task?.annotations[0]?.result[0]?.value, { choices: ["Adult content"] });
    file = task?.file_upload ?? "";
    assert.match(file, /noise\.png$/);
  });

  it("media of a bucket comes by a presigned link from the one S3 name, encrypted at rest, and is drawn", async () => {
    const api = await LabelStudioApi.logIn(labelStudio, ca, await login("label-studio"));
    const source = await api.createProject(`${title}, bucket`, IMAGE_CONFIG);
    await api.connectBucket(source, {
      title: "journey",
      bucket: "label-studio",
      prefix: `upload/${project}`,
      login: await login("minio"),
    });
    assert.equal(await openFirstTask(person.page, labelStudio, source), image.width);
    await person.picture("6-bucket");
    // The page's own service worker fetches it, which the browser does not tell; the gateway does.
    const fetched = (await accessLog()).filter(
      ({ request }) => request.host === s3.host && request.uri.includes(file),
    );
    assert.ok(
      fetched.some(({ request, status: code }) => code === 200 && request.uri.includes("X-Amz-Signature=")),
    );
    const link = await api.mediaLink(source);
    assert.equal(link.host, s3.host);
    const object = await fetchFrom(link, { ca });
    assert.ok(object.body.equals(image.png), "the link leads to other bytes");
    assert.match(String(object.headers["x-amz-server-side-encryption"]), /^(aws:kms|AES256)$/);
    assert.equal(
      (await fetchFrom(new URL(link.pathname, s3), { ca })).status,
      403,
      "without its signature it leads nowhere",
    );
  });

  it("all requests of the pages could be made", () => {
    assert.deepEqual(
      person.troubles.filter((trouble) => trouble.startsWith("request")),
      [],
    );
  });
});

const accessSchema = z.looseObject({
  request: z.looseObject({ host: z.string(), uri: z.string() }),
  status: z.number(),
});

/** The gateway's access log. */
async function accessLog(): Promise<z.infer<typeof accessSchema>[]> {
  const lines = (await logsOf((await serverOf("gateway")).Id)).split("\n");
  return lines.flatMap((line) => {
    if (!line.includes("http.log.access")) return [];
    return accessSchema.parse(JSON.parse(line));
  });
}
