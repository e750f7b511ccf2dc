import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import type { ImageName } from "../../components/images";
import { publishImages } from "../../toolchain/commands/publish/publish-images";
import { UserError } from "../../toolchain/errors";
import { ownTags } from "../../toolchain/images/own-tags";
import { pushImage } from "../../toolchain/images/push";
import { silent } from "../../toolchain/progress";
import { ensurePlugins } from "../../toolchain/pulumi/plugins";
import { docker, readAll } from "../support/engine";
import { TestRegistry } from "../support/registry";
import { type Ended, expectCode, project, pulumi, root } from "../support/stack";

const marker = `publish-${process.pid}`;
const never = new AbortController().signal;
const none = (): void => undefined;

describe("images published to a registry", function () {
  this.timeout(300_000);
  let folder: string;
  let registry: TestRegistry;
  let architecture: string;
  const noted = new Map<ImageName, string>();

  /** Publishes images of one file each. */
  const publish = (names: readonly ImageName[]) =>
    publishImages(
      { registry: `${registry.host}/semblance`, names },
      {
        source: "auto",
        docker,
        progress: silent,
        imagesFolder: join(folder, "images"),
        stateDir: join(folder, "state"),
        note: async (name, digest) => void noted.set(name, digest),
      },
    );

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "publish-"));
    registry = await TestRegistry.start();
    architecture = (await docker.version()).Arch;
    // The real base, so that a machine that has it makes no other.
    await cp(join(root, "images", "base"), join(folder, "images", "base"), { recursive: true });
    for (const name of ["minio", "pgweb"]) {
      const image = join(folder, "images", name);
      await mkdir(image, { recursive: true });
      await writeFile(
        join(image, "Dockerfile"),
        `FROM scratch\nLABEL test.marker=${marker}\nCOPY file /file\n`,
      );
      await writeFile(join(image, "file"), `${name} of ${marker}`);
    }
  });
  beforeEach(() => {
    registry.behaviour = {};
    registry.requests.length = 0;
    noted.clear();
  });
  after(async () => {
    const own = await docker.listImages({ filters: { label: [`test.marker=${marker}`] } });
    for (const { Id } of own) await docker.getImage(Id).remove({ force: true });
    await registry.stop();
    await rm(folder, { recursive: true });
  });

  it("says that a push broke off, notes nothing of it, and goes on where it was", async () => {
    registry.behaviour = {
      fails: (asked) => (asked.startsWith("PUT /v2/semblance/pgweb/manifests") ? 500 : undefined),
    };
    await assert.rejects(publish(["minio", "pgweb"]), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^image \S+\/semblance\/pgweb:\S+ cannot be published: .*500 Internal Server Error/,
      );
      assert.match(error.message, /fix: see the registry's log, then run the command again/);
      return true;
    });
    assert.deepEqual([...noted.keys()], ["minio"]);
    assert.deepEqual(registry.tags("semblance/pgweb"), []);

    registry.behaviour = {};
    registry.requests.length = 0;
    const { pushed, there } = await publish(["minio", "pgweb"]);
    assert.deepEqual({ pushed, there }, { pushed: ["pgweb"], there: ["minio"] });
    assert.deepEqual(
      registry.writes.filter((write) => !write.startsWith("PUT /v2/semblance/pgweb/manifests/")),
      [],
    );
  });

  it("notes the digest that the registry has, under a tag that follows from the content", async () => {
    await publish(["minio", "pgweb"]);
    const tags = await ownTags(["minio", "pgweb"], { imagesFolder: join(folder, "images") });
    for (const name of ["minio", "pgweb"] as const) {
      const [tag = "", ...more] = registry.tags(`semblance/${name}`);
      assert.deepEqual(more, []);
      assert.ok(
        tags.get(name)?.some((local) => `${local}-${architecture}` === tag),
        tag,
      );
      assert.match(noted.get(name) ?? "", /^sha256:[0-9a-f]{64}$/);
      assert.equal(noted.get(name), registry.digest(`semblance/${name}`, tag));
    }
  });

  it("pushes nothing that the registry has, and changed content under a new tag", async () => {
    const again = await publish(["minio"]);
    assert.deepEqual([again.pushed, registry.writes], [[], []]);
    const before = noted.get("minio");
    await writeFile(join(folder, "images", "minio", "file"), `changed in ${marker}`);
    assert.deepEqual((await publish(["minio"])).pushed, ["minio"]);
    assert.equal(registry.tags("semblance/minio").length, 2);
    assert.notEqual(noted.get("minio"), before);
  });

  it("leaves no name of the registry on the engine", async () => {
    const own = await docker.listImages({ filters: { label: [`test.marker=${marker}`] } });
    const names = own.flatMap(({ RepoTags }) => RepoTags ?? []);
    assert.ok(names.length >= 3, "the images themselves stay");
    assert.deepEqual(
      names.filter((name) => name.startsWith(registry.host)),
      [],
    );
  });

  describe("by npm run publish", () => {
    const STACK = "publishtest";
    const file = join(root, `Pulumi.${STACK}.yaml`);
    const fileSchema = z.looseObject({
      config: z.object({
        "semblance-curation:settings": z.looseObject({
          images: z.looseObject({ digests: z.record(z.string(), z.string()).optional() }).optional(),
        }),
      }),
    });
    /** The images of a stack of profile core that only this project makes. */
    const own = ["label-studio", "minio"] as const;

    const configure = (settings: object): Promise<void> =>
      // JSON is valid YAML.
      writeFile(file, JSON.stringify({ config: { "semblance-curation:settings": settings } }));
    const options = () => ({
      env: {
        PULUMI_BACKEND_URL: `file://${join(folder, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "of a test",
        DOCKER_CONFIG: join(folder, "docker"),
        KUBECONFIG: join(folder, "none"),
      },
      limitSeconds: 240,
    });
    const publishStack = (): Promise<Ended> => project("publish", ["--stack", STACK], options());
    const logIn = (login: string): Promise<void> =>
      writeFile(
        join(folder, "docker", "config.json"),
        JSON.stringify({ auths: { [registry.host]: { auth: Buffer.from(login).toString("base64") } } }),
      );

    const wish = process.env["SEMBLANCE_PLUGINS"];
    before(async () => {
      // The official plugin would ask a cluster.
      process.env["SEMBLANCE_PLUGINS"] = "closed-network";
      await mkdir(join(folder, "backend"));
      await mkdir(join(folder, "docker"));
      await configure({ target: "kubernetes", images: { registry: `${registry.host}/semblance` } });
      // A small image under the names of the real ones, whose builds and pushes take minutes.
      const tags = await ownTags(own, { imagesFolder: join(root, "images") });
      const [local = ""] = (await docker.listImages({ filters: { label: [`test.marker=${marker}`] } })).map(
        ({ Id }) => Id,
      );
      for (const name of own) {
        const tag = `${tags.get(name)?.[0]}-${architecture}`;
        await pushImage(
          docker,
          { local, repository: `${registry.host}/semblance/${name}`, tag },
          none,
          never,
        );
      }
    });
    after(async () => {
      if (wish === undefined) delete process.env["SEMBLANCE_PLUGINS"];
      else process.env["SEMBLANCE_PLUGINS"] = wish;
      await rm(file, { force: true });
    });

    it("asks for a login, refuses a wrong one, and takes the one of docker login", async () => {
      registry.behaviour = { login: "pusher:right" };
      const fix = `fix: docker login ${registry.host}`;
      const without = expectCode(1, await publishStack());
      assert.ok(
        without.output.includes("the registry asks for a login") && without.output.includes(fix),
        without.output,
      );
      await logIn("pusher:wrong");
      const wrong = expectCode(1, await publishStack());
      assert.ok(
        wrong.output.includes("does not accept the stored login") && wrong.output.includes(fix),
        wrong.output,
      );
      assert.doesNotMatch(wrong.output, /pusher|wrong/);
      assert.deepEqual(registry.writes, []);
      await logIn("pusher:right");
      const right = expectCode(0, await publishStack());
      assert.match(
        right.stdout,
        /has the 2 images of stack publishtest for linux\/\w+: 0 pushed, 2 there before/,
      );
      assert.deepEqual(registry.writes, []);
    });

    it("has written the digests to where the program reads them: a preview shows images by digest", async () => {
      const { config } = fileSchema.parse(load(await readFile(file, "utf8")));
      const digests = config["semblance-curation:settings"].images?.digests ?? {};
      assert.deepEqual(Object.keys(digests).sort(), [...own]);
      // Plain Pulumi: what the policy packs say of such a stack is for other tests.
      await ensurePlugins(silent, "kubernetes");
      const { output } = expectCode(0, await pulumi(["preview", "--diff"], { ...options(), stack: STACK }));
      const shown = new Set(output.match(new RegExp(`${registry.host}/semblance/[^"\\s]+`, "g")));
      for (const name of own) {
        const [ref = "", ...more] = [...shown].filter((each) => each.includes(`/${name}:`));
        assert.deepEqual(more, [], "one reference for all workloads of an image");
        assert.ok(ref.endsWith(`@${digests[name]}`), ref);
      }
    });

    it("says at once, before it builds, that the registry does not answer", async () => {
      const gone = await TestRegistry.start();
      const { host } = gone;
      await gone.stop();
      await configure({ target: "kubernetes", images: { registry: `${host}/semblance` } });
      const { output } = expectCode(1, await publishStack());
      assert.match(output, /the registry does not answer \(.*connection refused\)\n {2}fix: see that 127/);
      assert.doesNotMatch(output, /Images|Push of/);
    });
  });

  it("can be pulled from by the digest that was noted", async () => {
    await publish(["pgweb"]);
    const ref = `${registry.host}/semblance/pgweb@${noted.get("pgweb")}`;
    await readAll(await docker.pull(ref));
    assert.equal((await docker.getImage(ref).inspect()).Config.Labels["test.marker"], marker);
  });
});
