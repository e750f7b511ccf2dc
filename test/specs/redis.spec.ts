import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { aclLine, redisSpec } from "../../components/services/redis";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, open, secretText, trust } from "../support/samples";

const rights = { keys: ["rq:*", "cache:*"], channels: ["rq:*"], commands: ["+@all", "-@dangerous"] };
const spec = redisSpec({
  leaf,
  trust,
  users: [{ login: login("label-studio"), rights }],
  probe: login("probe"),
});
const hash = (text: string) => createHash("sha256").update(text).digest("hex");

describe("Redis", () => {
  it("knows its users by the hash of their passwords, and nobody can log in as the default user", async () => {
    assert.deepEqual((await fileOf(spec, "/etc/semblance/users.acl")).trim().split("\n"), [
      "user default off resetpass ~* &* +@all",
      `user label-studio on #${hash(secretText("label-studio"))} resetkeys ~rq:* ~cache:* resetchannels &rq:* -@all +@all -@dangerous`,
      `user probe on #${hash(secretText("probe"))} resetkeys resetchannels -@all +ping`,
    ]);
  });

  it("has no password in clear in the list of users, which is a secret all the same", async () => {
    const { text, secret } = await open(spec.files?.["/etc/semblance/users.acl"] ?? "");
    assert.ok(!text.includes(CANARY) && !text.includes(">"));
    assert.ok(secret);
  });

  it("takes away before it gives: keys, channels, commands", () => {
    const words = aclLine("a", "p", { keys: ["k:*"], channels: ["c:*"], commands: ["+get"] }).split(" ");
    const order = ["resetkeys", "~k:*", "resetchannels", "&c:*", "-@all", "+get"].map((word) =>
      words.indexOf(word),
    );
    assert.deepEqual(
      order,
      [...order].sort((a, b) => a - b),
    );
    assert.ok(!order.includes(-1));
    assert.ok(words.every((word) => !["nopass", "allkeys", "allchannels", "~*", "&*"].includes(word)));
  });

  it("lets a reader read and not write", () => {
    assert.match(aclLine("a", "p", { keys: ["k:*"], commands: ["+get"], readOnly: true }), / %R~k:\* /);
    assert.doesNotMatch(aclLine("a", "p", { keys: ["k:*"], commands: ["+get"], readOnly: true }), / ~/);
  });

  it("speaks TLS only, writes every change down, and never forgets a job for want of memory", async () => {
    const lines = (await fileOf(spec, "/etc/semblance/redis.conf")).trim().split("\n");
    for (const wanted of [
      "port 0",
      "tls-port 6379",
      "appendonly yes",
      "maxmemory-policy noeviction",
      "dir /data",
      "aclfile /etc/semblance/users.acl",
    ]) {
      assert.ok(lines.includes(wanted), wanted);
    }
    const conf = new Map(
      lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
    );
    for (const key of ["tls-cert-file", "tls-key-file", "tls-ca-cert-file"]) {
      assert.ok(spec.files && `${conf.get(key)}` in spec.files, key);
    }
    assert.ok(!conf.has("requirepass") && !conf.has("user"));
    const maxMemory = Number(/^(\d+)mb$/.exec(conf.get("maxmemory") ?? "")?.[1]);
    assert.ok(
      maxMemory <= spec.resources.memoryMiB * 0.75,
      "room for buffers and for the rewriting of the file",
    );
    assert.equal(spec.volumes?.["data"]?.mountPath, "/data");
  });

  it("is ready when it answers over TLS, whose password is in no argument", () => {
    const probe = spec.ready.command.join(" ");
    assert.match(probe, /REDISCLI_AUTH="\$\(cat \/etc\/semblance\/secrets\/probe-password\)"/);
    assert.match(probe, /--tls --cacert/);
    assert.doesNotMatch(probe, / -a |--insecure|--pass/);
    assert.ok(!probe.includes(CANARY));
  });
});
