import assert from "node:assert/strict";
import { parseSettings } from "../../components/config/schema";
import { memberNames } from "../../components/topology";
import { destinationOf } from "../../toolchain/commands/publish/destination";
import { UserError } from "../../toolchain/errors";
import { makesRepositories, registryError } from "../../toolchain/images/refusals";
import { ACCOUNT, recordAws } from "../support/aws-mocks";

const ECR = `${ACCOUNT}.dkr.ecr.eu-central-1.amazonaws.com`;

const settingsOf = (found: object) => parseSettings(found, memberNames);
const onAws = (aws: object = {}) =>
  settingsOf({
    target: "aws",
    profile: "full",
    aws: {
      accountId: ACCOUNT,
      cluster: { administrators: [`arn:aws:iam::${ACCOUNT}:role/platform`] },
      ...aws,
    },
  });

describe("what is published, and where to", () => {
  it("is what a cluster runs and nobody else publishes", () => {
    const images = { registry: "registry.example/x/" };
    assert.deepEqual(destinationOf("lab", settingsOf({ target: "kubernetes", profile: "core", images })), {
      registry: "registry.example/x",
      names: ["label-studio", "minio"],
    });
    const full = { target: "kubernetes", profile: "full", images };
    const { names } = destinationOf("lab", settingsOf(full));
    assert.ok(names.includes("ollama") && !names.includes("ollama-gpu"));
    assert.ok(!names.includes("postgres"), "published");
    assert.ok(!names.includes("container-exporter"), "absent from clusters");
    const gpu = destinationOf("lab", settingsOf({ ...full, ollama: { gpu: "nvidia" } }));
    assert.ok(gpu.names.includes("ollama-gpu") && !gpu.names.includes("ollama"));
  });

  it("is the stack's own registry on AWS, without what is bought instead", async () => {
    const { registry, names } = destinationOf("prod", onAws());
    assert.equal(registry, (await recordAws()).result.registry);
    assert.ok(names.includes("label-studio") && !names.includes("minio"));
    assert.ok(destinationOf("prod", onAws({ managed: { s3: false } })).names.includes("minio"));
    const named = { ...onAws(), images: { ...onAws().images, registry: "registry.example/x" } };
    assert.equal(destinationOf("prod", named).registry, "registry.example/x");
  });

  it("is nothing for a stack on Docker", () => {
    assert.throws(
      () => destinationOf("dev", settingsOf({})),
      (error) =>
        error instanceof UserError &&
        /^stack "dev" runs on Docker.*nothing to publish\n {2}fix: /.test(error.message),
    );
  });
});

/** What engines and registries say, and what the person is told. */
const said: readonly (readonly [string, boolean, RegExp])[] = [
  [
    "no basic auth credentials",
    false,
    /asks for a login \(no basic auth credentials\)\n {2}fix: docker login registry\.example$/,
  ],
  ["unauthorized: authentication required", true, /does not accept the stored login .*\n.*docker login/],
  ["denied: requested access to the resource is denied", false, /asks for a login/],
  [
    "denied: requested access to the resource is denied",
    true,
    /may not write there .*\n {2}fix: give it the right to push to registry\.example\/x\/minio,/,
  ],
  [
    "name unknown: repository not found",
    true,
    /no such repository.*\n {2}fix: make the repository registry\.example\/x\/minio/,
  ],
  ["http: server gave HTTP response to HTTPS client", false, /does not trust .*\n.*insecure-registries/],
  [
    "x509: certificate signed by unknown authority",
    false,
    /\n.*\/etc\/docker\/certs\.d\/registry\.example\/ca\.crt/,
  ],
  [
    "dial tcp: lookup registry.example: no such host",
    false,
    /does not answer .*\n.*settings\.images\.registry/,
  ],
  [
    "received unexpected HTTP status: 500 Internal Server Error",
    false,
    /: received unexpected .*\n.*run the command again/,
  ],
];

describe("a registry that refuses", () => {
  for (const [words, loggedIn, expected] of said)
    it(`${loggedIn ? "with" : "without"} a login: ${words}`, () => {
      const asked = { ref: "registry.example/x/minio:1", loggedIn };
      const error = registryError(new Error(`(HTTP code 500) server error - ${words} `), asked);
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /HTTP code/);
    });

  it("in ECR: gives the login that lasts for hours, and says who makes repositories", () => {
    const asked = { ref: `${ECR}/semblance-prod/mlflow:1`, loggedIn: true };
    const expired = "denied: Your authorization token has expired. Reauthenticate and try again.";
    assert.ok(
      registryError(expired, asked).message.endsWith(
        `fix: aws ecr get-login-password --region eu-central-1 | docker login --username AWS --password-stdin ${ECR}`,
      ),
    );
    assert.match(
      registryError("name unknown: The repository with name 'semblance-prod/mlflow' does not exist", asked)
        .message,
      /fix: let the stack make it first: docs\/aws\.md/,
    );
    assert.equal(makesRepositories(asked.ref), false);
    assert.equal(makesRepositories("registry.example/x/minio:1"), true);
  });
});
