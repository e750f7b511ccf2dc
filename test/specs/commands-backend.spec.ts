import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  backendEnvironment,
  backendInProject,
  chooseBackend,
  loggedInTo,
  shownUrl,
} from "../../toolchain/commands/stack/backend";
import { keyServiceOf, parseStackFile } from "../../toolchain/commands/stack/stack-file";

describe("choice of the backend", () => {
  const choose = (env: NodeJS.ProcessEnv, login?: string, inProject?: string) =>
    chooseBackend({ env, inProject, loggedInTo: login, root: "/p" });

  it("respects the variable, then the project, then the login, and otherwise keeps the state in the project's folder", () => {
    const cloud = "https://api.pulumi.com";
    assert.equal(choose({ PULUMI_BACKEND_URL: "s3://b" }, cloud, "gs://team").url, "s3://b");
    assert.deepEqual(choose({}, cloud, "gs://team"), {
      url: "gs://team",
      chosenBy: "Pulumi.yaml",
      folder: undefined,
      kind: "store",
    });
    assert.deepEqual([choose({}, cloud).url, choose({}, cloud).kind], [cloud, "service"]);
    assert.deepEqual(choose({}), {
      url: "file:///p/.semblance/state",
      chosenBy: "default",
      folder: "/p/.semblance/state",
      kind: "file",
    });
    assert.equal(choose({ PULUMI_BACKEND_URL: "" }).chosenBy, "default");
  });

  it("knows the folder of a file backend", () => {
    assert.equal(choose({ PULUMI_BACKEND_URL: "file:///a%20b?no_tmp_dir=true" }).folder, "/a b");
    assert.equal(choose({ PULUMI_BACKEND_URL: "s3://b" }).folder, undefined);
  });
});

describe("a backend that is not as it should be", () => {
  const choose = (url: string) =>
    chooseBackend({
      env: { PULUMI_BACKEND_URL: url },
      inProject: undefined,
      loggedInTo: undefined,
      root: "/p",
    });

  for (const url of ["s4://b", "s3:b", "constructor://b", "/srv/state"])
    it(`is refused when it is ${url}, before Pulumi takes it for its own service`, () => {
      assert.throws(() => choose(url), {
        name: "UserError",
        message: /^PULUMI_BACKEND_URL: found the backend ".*"; allowed: a URL with one of file:\/\/, s3:\/\//,
      });
    });

  it("is shown without the password in it", () => {
    assert.equal(
      shownUrl("postgres://me:pw@db.example:5432/state"),
      "postgres://me:****@db.example:5432/state",
    );
    for (const url of ["s3://b/a?endpoint=http://me:80", "file:///a:b@c", "https://api.pulumi.com"])
      assert.equal(shownUrl(url), url);
  });
});

describe("the file of a stack", () => {
  const service = (text: string) => keyServiceOf(parseStackFile("Pulumi.x.yaml", text));

  it("names the key service that encrypts its secrets, however it is quoted", () => {
    assert.equal(service('secretsprovider: "awskms:///alias/x?region=r"'), "awskms:///alias/x?region=r");
    for (const text of [
      "",
      "secretsprovider: passphrase",
      'secretsprovider: "default"',
      "encryptionsalt: v1:a",
    ])
      assert.equal(service(text), undefined);
  });

  it("is refused with its line when it is no YAML", () => {
    assert.throws(() => service("config:\n  a: b: c\n"), {
      name: "UserError",
      message: /^Pulumi\.x\.yaml is not the file of a stack: .*\(2:7\)[\s\S]*git checkout Pulumi\.x\.yaml/,
    });
    assert.throws(() => service("config: [1]"), { message: /config/ });
  });
});

describe("passphrase of a stack", () => {
  let folder = "";
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "semblance-"))));
  afterEach(() => rm(folder, { recursive: true }));

  const env = () => ({ XDG_CONFIG_HOME: join(folder, "config") });
  const backend = () => chooseBackend({ env: {}, inProject: undefined, loggedInTo: undefined, root: folder });
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
    const cloud = chooseBackend({
      env: {},
      inProject: undefined,
      loggedInTo: "https://api.pulumi.com",
      root: folder,
    });
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

  it("finds the backend that the project names", async () => {
    await writeFile(join(folder, "Pulumi.yaml"), "name: x\nbackend:\n  url: s3://team-state\n");
    assert.equal(await backendInProject(folder), "s3://team-state");
    await writeFile(join(folder, "Pulumi.yaml"), "name: x\n");
    assert.equal(await backendInProject(folder), undefined);
  });
});
