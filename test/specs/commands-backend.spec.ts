import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backendEnvironment, chooseBackend, loggedInTo } from "../../toolchain/commands/stack/backend";

describe("choice of the backend", () => {
  const choose = (env: NodeJS.ProcessEnv, login?: string) =>
    chooseBackend({ env, loggedInTo: login, root: "/p" });

  it("respects the variable, then the login, and otherwise keeps the state in the project's folder", () => {
    assert.equal(choose({ PULUMI_BACKEND_URL: "s3://b" }, "https://api.pulumi.com").url, "s3://b");
    assert.equal(choose({}, "https://api.pulumi.com").url, "https://api.pulumi.com");
    assert.deepEqual(choose({}), {
      url: "file:///p/.semblance/state",
      chosenBy: "default",
      folder: "/p/.semblance/state",
    });
    assert.equal(choose({ PULUMI_BACKEND_URL: "" }).chosenBy, "default");
  });

  it("knows the folder of a file backend", () => {
    assert.equal(choose({ PULUMI_BACKEND_URL: "file:///a%20b?no_tmp_dir=true" }).folder, "/a b");
    assert.equal(choose({ PULUMI_BACKEND_URL: "s3://b" }).folder, undefined);
  });
});

describe("passphrase of a stack", () => {
  let folder = "";
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "semblance-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const env = () => ({ XDG_CONFIG_HOME: join(folder, "config") });
  const backend = () => chooseBackend({ env: {}, loggedInTo: undefined, root: folder });
  const stackFile = () => join(folder, "Pulumi.dev.yaml");
  const ask = (variables: NodeJS.ProcessEnv = env()) => backendEnvironment(backend(), stackFile(), variables);

  it("is generated once, for this user alone, outside the project", async () => {
    const [first, second] = await Promise.all([ask(), ask()]);
    const file = first["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
    assert.deepEqual(second, first);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(join(file, ".."))).mode & 0o777, 0o700);
    const text = await readFile(file, "utf8");
    assert.match(text, /^[\w-]{43}\n$/);
    await ask();
    assert.equal(await readFile(file, "utf8"), text);
    assert.equal((await stat(join(folder, ".semblance", "state"))).mode & 0o777, 0o700);
  });

  it("is left to whoever sets one", async () => {
    assert.equal(
      (await ask({ ...env(), PULUMI_CONFIG_PASSPHRASE: "" }))["PULUMI_CONFIG_PASSPHRASE_FILE"],
      undefined,
    );
    const given = await ask({ ...env(), PULUMI_CONFIG_PASSPHRASE_FILE: "/mine" });
    assert.equal(given["PULUMI_CONFIG_PASSPHRASE_FILE"], "/mine");
  });

  it("is not made for a stack that is encrypted by a key service, nor for Pulumi Cloud", async () => {
    await writeFile(stackFile(), "secretsprovider: awskms://alias/x\n");
    assert.equal((await ask())["PULUMI_CONFIG_PASSPHRASE_FILE"], undefined);
    const cloud = chooseBackend({ env: {}, loggedInTo: "https://api.pulumi.com", root: folder });
    assert.deepEqual(await backendEnvironment(cloud, "/none", env()), {
      PULUMI_BACKEND_URL: "https://api.pulumi.com",
    });
  });

  it("is not replaced by a new one when the file of an encrypted stack is gone", async () => {
    await writeFile(stackFile(), "encryptionsalt: v1:abc\n");
    await assert.rejects(ask(), { name: "UserError", message: /passphrase is gone[\s\S]*restore the file/ });
  });

  it("finds the backend of a login", async () => {
    assert.equal(await loggedInTo(folder), undefined);
    await writeFile(join(folder, "credentials.json"), '{"current":"https://api.pulumi.com","accounts":{}}');
    assert.equal(await loggedInTo(folder), "https://api.pulumi.com");
  });
});
