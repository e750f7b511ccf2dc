import assert from "node:assert/strict";
import type { Download, Page } from "playwright-core";
import { goTo } from "./browser";
import type { Login } from "./facts";

/** Logs in by the form. */
export async function logIn(page: Page, base: URL, login: Login): Promise<void> {
  await goTo(page, new URL("/user/login/", base));
  await page.locator("input[name=email]").fill(login.username);
  await page.locator("input[name=password]").fill(login.password);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.waitForURL((url) => !url.pathname.startsWith("/user/login"));
}

/** Creates a project for image classification by clicking through the dialog; returns its number. */
export async function createProject(page: Page, base: URL, title: string): Promise<number> {
  await goTo(page, new URL("/projects/", base));
  // The dialog makes a draft of the project; it is not ready for a click before that is answered.
  const create = page.locator("button", { hasText: "Create" }).first();
  assert.equal(await answered(page, /^\/api\/projects\/?$/, () => create.click()), 201);
  await page.locator("#project_name").fill(title);
  await page.getByText("Labeling Setup").click();
  await page.getByText("Image Classification", { exact: true }).click();
  await page.getByText("Adult content").first().waitFor();
  await page.getByRole("button", { name: "Save" }).first().click();
  await page.waitForURL(/\/projects\/\d+\/data/);
  return Number(/\/projects\/(\d+)\//.exec(page.url())?.[1]);
}

/** Does something that makes the page send a POST, and returns the status of the answer. */
async function answered(page: Page, path: RegExp, act: () => Promise<void>): Promise<number> {
  const [response] = await Promise.all([
    page.waitForResponse(
      (one) => one.request().method() === "POST" && path.test(new URL(one.url()).pathname),
    ),
    act(),
  ]);
  return response.status();
}

/** Uploads files by the import dialog, and waits until they are tasks. */
export async function importFiles(
  page: Page,
  base: URL,
  project: number,
  files: { name: string; mimeType: string; buffer: Buffer }[],
): Promise<void> {
  await goTo(page, new URL(`/projects/${project}/data/import`, base));
  const chooser = page.locator("input[type=file]");
  await page.waitForLoadState("networkidle");
  assert.equal(
    await answered(page, /^\/api\/projects\/\d+\/import$/, () => chooser.setInputFiles(files)),
    201,
  );
  await page.locator("button", { hasText: "Import" }).last().click();
  await page.getByText(`Tasks: ${files.length} / ${files.length}`).waitFor();
}

/** Label Studio fetches the image by script, so it stands in the page as a blob. Runs in the browser. */
const DRAWN_WIDTH =
  'Math.max(0, ...[...document.images].filter((i) => i.src.startsWith("blob:")).map((i) => i.naturalWidth))';

/** Opens the labelling stream, and waits until the image of the first task is drawn; returns its width in pixels. */
export async function openFirstTask(page: Page, base: URL, project: number): Promise<number> {
  await goTo(page, new URL(`/projects/${project}/data`, base));
  await page.locator("button", { hasText: "Label All Tasks" }).click();
  await page.getByRole("button", { name: "Submit current annotation" }).waitFor();
  const drawn = await page.waitForFunction(DRAWN_WIDTH);
  return Number(await drawn.jsonValue());
}

/** Chooses the first label by its key, and submits. */
export async function annotate(page: Page): Promise<void> {
  await page.keyboard.press("1");
  const submit = page.getByRole("button", { name: "Submit current annotation" });
  assert.equal(await answered(page, /^\/api\/tasks\/\d+\/annotations/, () => submit.click()), 201);
}

/** Exports a project as JSON by the export dialog. */
export async function exportJson(page: Page, base: URL, project: number): Promise<Download> {
  await goTo(page, new URL(`/projects/${project}/data/export`, base));
  const dialog = page.locator("button", { hasText: "Export" }).last();
  await dialog.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), dialog.click()]);
  return download;
}
