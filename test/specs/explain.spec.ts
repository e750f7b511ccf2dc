import assert from "node:assert/strict";
import { hostname } from "node:os";
import { stateOf } from "../../toolchain/commands/healing/lock";
import { explain } from "../../toolchain/commands/stack/explain";
import { locksIn, told } from "../../toolchain/commands/stack/locks";

const context = {
  stack: "lab",
  command: "up",
  passphraseFrom: "/home/a/passphrase",
  backendUrl: "s3://state?region=eu-west-1",
};
/** Pulumi's words for an object that S3 does not give, with what S3 says of it. */
const s3 = (reason: string): string =>
  `error: read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml") (code=Unknown): operation error S3: GetObject, ${reason}`;
const kms = (reason: string): string =>
  `error: could not deserialize deployment: constructing secrets manager of type "cloud": secrets (code=Unknown): operation error KMS: Decrypt, ${reason}`;
const status = (code: number): string =>
  `https response error StatusCode: ${code}, RequestID: 18EAB590, HostID: dd90`;

/** What Pulumi 3.256.0 wrote, and what is made of it. */
const cases: readonly (readonly [what: string, stderr: string, message: RegExp])[] = [
  [
    "a stack in use",
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
      "  s3://state/.pulumi/locks/organization/semblance-curation/lab/1cbe34db.json?region=eu-west-1: created by ci@runner-7 (pid 25653) at 2026-01-01T10:00:00Z",
    /^stack "lab" is in use by ci@runner-7 \(process 25653, since 2026-01-01T10:00:00Z, .* ago\); nothing was changed\n {2}fix: wait .*pulumi cancel --stack lab --yes/,
  ],
  [
    "a stack that two hold",
    "error: could not import deployment: the stack is currently locked by 2 lock(s).\n  a: created by me@here (pid 1) at 2026-01-01T10:00:00Z\n  b: created by you@there (pid 2) at 2026-01-01T10:00:01Z",
    /in use by me@here .* and by you@there/,
  ],
  [
    "a stack in use in Pulumi Cloud",
    "error: [409] Conflict: Another update is currently in progress.\nTo learn more about possible reasons and resolution, visit https://www.pulumi.com/docs/support/troubleshooting/common-issues/update-conflicts/",
    /another update is in progress; nothing was changed\n {2}fix: who it is: pulumi stack history --stack lab.*pulumi cancel --stack lab --yes/,
  ],
  [
    "nothing to cancel",
    "error: [409] Conflict: The Update has already completed",
    /no run holds stack "lab" any more/,
  ],
  [
    "a lock that stays",
    "error: there was a problem deleting the lock at s3://state/.pulumi/locks/x.json, manual clean up may be required: blob (code=Unknown)",
    /has ended, and its lock could not be removed \(s3:.*\n {2}fix: pulumi cancel --stack lab --yes/,
  ],
  [
    "a key service that nobody knows",
    "error: unknown secrets provider type 'awskmz' (supported values: default,passphrase,awskms)",
    /found "awskmz"; allowed: default, passphrase, awskms/,
  ],
  [
    "a key service that nobody knows, of a stack's file",
    'error: could not create secrets manager for new stack: open secrets.Keeper: no driver registered for "awskmz" for URL "awskmz:///alias/x"; available schemes: awskms, azurekeyvault, gcpkms, hashivault',
    /^Pulumi\.lab\.yaml: secretsprovider: found "awskmz"; allowed: awskms, azurekeyvault, gcpkms, hashivault\n/,
  ],
  [
    "no passphrase",
    "error: could not create secrets manager for new stack: passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    /PULUMI_CONFIG_PASSPHRASE_FILE to the file.*secretsprovider: awskms/,
  ],
  ["a name that is too long", "error: a stack name cannot exceed 100 characters", /at most 100/],
  [
    "no bucket",
    "error: error listing stacks: could not list bucket: blob (code=NotFound): operation error S3: ListObjectsV2, https response error StatusCode: 404, NoSuchBucket: The specified bucket does not exist",
    /^the state of stacks in s3:\/\/state\?region=eu-west-1 cannot be reached: there is no such bucket\n {2}fix: make the bucket/,
  ],
  [
    "an unknown key",
    s3(`${status(403)}, api error InvalidAccessKeyId: The Access Key Id`),
    /not valid there \(InvalidAccessKeyId\)/,
  ],
  [
    "a wrong key",
    s3(`${status(403)}, api error SignatureDoesNotMatch: The request`),
    /not valid there \(SignatureDoesNotMatch\)/,
  ],
  [
    "an old token",
    s3(`${status(400)}, api error ExpiredToken: The provided token has expired.`),
    /have expired\n {2}fix: sign in/,
  ],
  [
    "a right that lacks",
    s3(`${status(403)}, api error AccessDenied: Access Denied`),
    /access is denied to s3:GetObject: Access Denied\n {2}fix: allow s3:ListBucket/,
  ],
  [
    "no credentials",
    s3(
      "get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found, operation error ec2imds: GetMetadata, access disabled",
    ),
    /there are no credentials for AWS\n {2}fix: sign in/,
  ],
  [
    "no region",
    s3(
      "failed to resolve service endpoint, endpoint rule error, A region must be set when sending requests to S3.",
    ),
    /add region=REGION/,
  ],
  [
    "a store that does not answer",
    s3(
      'exceeded maximum number of attempts, 3, https response error StatusCode: 0, RequestID: , HostID: , request send failed, Get "http://127.0.0.1:39999/x": dial tcp 127.0.0.1:39999: connect: connection refused',
    ),
    /does not answer: dial tcp 127\.0\.0\.1:39999: connect: connection refused/,
  ],
  [
    "a store that wants other checksums",
    s3(`${status(400)}, api error InvalidArgument: Invalid checksum provided.`),
    /fix: add &request_checksum_calculation=when_supported/,
  ],
  [
    "a parameter that nobody knows",
    'error: unable to open bucket s3://state?s3ForcePathstyle=true: open bucket s3://state?s3ForcePathstyle=true: unknown query parameter "s3ForcePathstyle"',
    /found the parameter "s3ForcePathstyle"; allowed: .*s3ForcePathStyle/,
  ],
  [
    "no profile",
    "error: unable to open bucket s3://x: open bucket s3://x: failed to get shared config profile, none",
    /no profile "none"/,
  ],
  [
    "a right on a key that lacks",
    kms(
      `${status(400)}, api error AccessDeniedException: User: arn:aws:iam::1:user/me is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:x`,
    ),
    /^the key service that encrypts the secrets of stack "lab" cannot be used: access is denied to kms:Decrypt: User: arn:aws:iam::1:user\/me.*\n {2}fix: allow kms:Encrypt and kms:Decrypt/,
  ],
  [
    "no key",
    kms(
      "https response error StatusCode: 400, NotFoundException: Alias arn:aws:kms:us-east-1:1:alias/none is not found.",
    ),
    /the key is not there: Alias .*alias\/none/,
  ],
  [
    "a key that is about to go",
    kms(`${status(400)}, KMSInvalidStateException: arn is pending deletion.`),
    /cancel-key-deletion/,
  ],
  ["another key", kms(`${status(400)}, InvalidCiphertextException: `), /not the one that encrypted/],
  [
    "no region of a key",
    kms("failed to resolve service endpoint, endpoint rule error, Invalid Configuration: Missing Region"),
    /add \?region=REGION to secretsprovider in Pulumi\.lab\.yaml/,
  ],
  [
    "no credentials for a key",
    kms("get identity: get credentials: failed to refresh cached credentials"),
    /no credentials for AWS/,
  ],
  [
    "no folder",
    "error: unable to open bucket file:///srv/state?no_tmp_dir=true: stat /srv/state: no such file or directory",
    /not there: \/srv\/state\n {2}fix: .*mkdir -p -m 700 \/srv\/state/,
  ],
  [
    "no database",
    "error: unable to open bucket postgres://u:secret@db/x: failed to ping PostgreSQL: dial tcp 10.0.0.1:5432: connect: connection refused",
    /cannot be reached: dial tcp/,
  ],
  [
    "no credentials for Google",
    "error: missing google credentials: unable to find gcp credentials",
    /gcloud auth/,
  ],
  [
    "nobody logged in",
    "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
    /nobody is logged in .*\n {2}fix: pulumi login .*PULUMI_ACCESS_TOKEN/,
  ],
  [
    "a token that is refused",
    "Logging in using access token from PULUMI_ACCESS_TOKEN\nerror: Unauthorized: No credentials provided or are invalid.",
    /refuses the access token/,
  ],
  [
    "a right in the service that lacks",
    "error: [403] You do not have permission to update this stack",
    /does not let you .*You do not have permission/,
  ],
  [
    "a service that does not answer",
    'error: performing HTTP request: Get "http://127.0.0.1:1/api/user": dial tcp 127.0.0.1:1: connect: connection refused',
    /does not answer: dial tcp/,
  ],
];

describe("what a failed Pulumi command stands for", () => {
  for (const [what, stderr, message] of cases)
    it(`says what to do about ${what}`, () => assert.match(explain(stderr, context).message, message));

  it("says what to do about a folder of somebody else", () => {
    const said = explain("error: open /srv/state/.pulumi/meta.yaml: permission denied", {
      ...context,
      backendUrl: "file:///srv/state",
    });
    assert.match(said.message, /permission denied on \/srv\/state\/\.pulumi\/meta\.yaml/);
  });

  it("shows no password of a database that Pulumi repeats", () => {
    const said = explain(
      "error: strange: postgres://user:hunter2@db.example/state and more",
      context,
    ).message;
    assert.match(said, /postgres:\/\/user:\*\*\*\*@db\.example\/state and more/);
    assert.doesNotMatch(said, /hunter2/);
  });
});

describe("a lock of Pulumi's", () => {
  const lock = { pid: process.pid, username: "me", hostname: hostname(), timestamp: "2026-01-01T10:00:00Z" };

  it("is read out of the refusal, whoever it names", () => {
    assert.deepEqual(
      locksIn(
        "the stack is currently locked by 1 lock(s).\n  x: created by DOMAIN\\me@vm-1.lab (pid 12) at 2026-01-01T10:00:00Z",
      ),
      [{ pid: 12, username: "DOMAIN\\me", hostname: "vm-1.lab", timestamp: "2026-01-01T10:00:00Z" }],
    );
    assert.deepEqual(locksIn("created by me@host (pid 7) at now"), []);
  });

  it("is told with its age", () => {
    assert.equal(
      told({ ...lock, pid: 7, hostname: "vm" }, Date.parse("2026-01-01T12:05:00Z")),
      "me@vm (process 7, since 2026-01-01T10:00:00Z, 2h 05m ago)",
    );
  });

  it("is dead when its process is gone and the state is a folder of this machine", async () => {
    assert.equal(await stateOf({ ...lock, pid: 2 ** 22 }, "file"), "dead");
    // This process lives, and is no Pulumi: the number went to another program.
    assert.equal(await stateOf(lock, "file"), "dead");
  });

  it("is somebody else's when the machine is another one, or when other machines share the state", async () => {
    assert.equal(await stateOf({ ...lock, hostname: "elsewhere" }, "file"), "unknown");
    assert.equal(await stateOf({ ...lock, pid: 2 ** 22 }, "store"), "unknown");
  });
});
