import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { settle } from "../../toolchain/commands/healing/heal";
import { runPulumi } from "../../toolchain/commands/run/run";
import { backendEnvironment, chooseBackend } from "../../toolchain/commands/stack/backend";
import { silent } from "../../toolchain/progress";
import { refusal, TinyProject } from "../support/tiny-project";

/** What a service of Pulumi's kind answers: method and path, status, body. Enough for a run to be refused. */
const ANSWERS: readonly (readonly [RegExp, number, object])[] = [
  [
    /^GET \/api\/user$/,
    200,
    { githubLogin: "me", name: "me", organizations: [{ githubLogin: "me", name: "me" }] },
  ],
  [/^GET \/api\/capabilities$/, 200, { capabilities: [] }],
  [
    /^GET \/api\/stacks\/me\/semblance-curation\/tiny$/,
    200,
    {
      orgName: "me",
      projectName: "semblance-curation",
      stackName: "tiny",
      version: 0,
      activeUpdate: "",
      tags: {},
    },
  ],
  [
    /^GET .*\/tiny\/export$/,
    200,
    {
      version: 3,
      deployment: { manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" }, resources: [] },
    },
  ],
  [/^POST .*\/tiny\/encrypt$/, 200, { ciphertext: "AAAA" }],
  [/^POST .*\/tiny\/update$/, 200, { updateID: "u1", requiredPolicies: [] }],
  [
    /^POST .*\/tiny\/update\/u1$/,
    409,
    { code: 409, message: "Conflict: Another update is currently in progress." },
  ],
];

describe("Pulumi Cloud as a backend, played by a server of the test", function () {
  this.timeout(120_000);
  let server: Server;
  let url: string;
  let tiny: TinyProject;

  before(async () => {
    server = createServer((request, response) => {
      const asked = `${request.method} ${(request.url ?? "").split("?")[0]}`;
      const refused = request.headers.authorization !== "token good";
      const [, status = 404, body = { code: 404, message: `Not Found: ${asked}` }] =
        ANSWERS.find(([path]) => path.test(asked)) ?? [];
      response.writeHead(refused ? 401 : status, { "content-type": "application/json" });
      response.end(JSON.stringify(refused ? { code: 401, message: "Unauthorized" } : body));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(server.address()).port}`;
    tiny = await TinyProject.create();
  });
  after(async () => {
    server.close();
    await tiny.discard();
  });

  it("asks for no passphrase", async () => {
    const backend = chooseBackend({ env: {}, inProject: undefined, loggedInTo: url, root: tiny.folder });
    const config = join(tiny.folder, "config");
    const variables = await backendEnvironment(backend, join(tiny.folder, "Pulumi.tiny.yaml"), {
      XDG_CONFIG_HOME: config,
    });
    assert.deepEqual(variables, { PULUMI_BACKEND_URL: url });
  });

  const wrong = [
    [
      "nobody is logged in",
      {},
      /^nobody is logged in to http.*\n {2}fix: pulumi login http.*PULUMI_ACCESS_TOKEN/,
    ],
    ["the token is refused", { PULUMI_ACCESS_TOKEN: "old" }, /refuses the access token/],
  ] as const;
  for (const [what, env, message] of wrong)
    it(`says what to do when ${what}`, async () => {
      const { cli } = await tiny.stack("tiny", url, env);
      assert.match(await refusal(cli.capture(["stack", "export"])), message);
    });

  it("says what to do when the service does not answer, or has no such stack", async () => {
    const away = await tiny.stack("tiny", "http://127.0.0.1:1", { PULUMI_ACCESS_TOKEN: "good" });
    assert.match(
      await refusal(away.cli.capture(["stack", "export"])),
      /http:\/\/127\.0\.0\.1:1 does not answer: dial tcp/,
    );
    const none = await tiny.stack("none", url, { PULUMI_ACCESS_TOKEN: "good" });
    assert.match(await refusal(none.cli.capture(["stack", "export"])), /there is no stack "none" in http:/);
  });

  it("explains the refusal of a second run", async () => {
    const stack = await tiny.stack("tiny", url, { PULUMI_ACCESS_TOKEN: "good" });
    assert.equal(await settle(stack, silent), false);
    assert.match(
      await refusal(runPulumi(stack, "up", ["up"], undefined, silent)),
      /^stack "tiny" is in use: http.* says that another update is in progress; nothing was changed\n {2}fix: who it is: pulumi stack history/,
    );
  });
});
