import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  deviceBelow,
  diskEncryption,
  diskEncryptionFindings,
} from "../../toolchain/preflight/disk-encryption";

const mount = (point: string, source: string): string =>
  `36 35 98:0 / ${point} rw,noatime master:1 - ext4 ${source} rw`;

describe("preflight: encryption of the disk below the volumes", () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "disk-encryption-")));
  after(() => rmSync(folder, { recursive: true }));
  const mounts = join(folder, "mountinfo");
  const blocks = join(folder, "block");
  const device = (name: string, uuid: string, ...slaves: readonly string[]): void => {
    mkdirSync(join(blocks, name, "dm"), { recursive: true });
    writeFileSync(join(blocks, name, "dm", "uuid"), uuid);
    for (const slave of slaves) mkdirSync(join(blocks, name, "slaves", slave), { recursive: true });
  };
  const encrypted = async (source: string): Promise<boolean | undefined> => {
    writeFileSync(mounts, [mount("/", "/dev/nothing"), mount(folder, source)].join("\n"));
    return (await diskEncryption(folder, { mounts, blocks }))?.encrypted;
  };

  it("finds dm-crypt, alone and below LVM, and not where a part is in plain", async () => {
    device("dm-1", "CRYPT-LUKS2-0123-root");
    device("dm-2", "LVM-abc", "dm-1");
    device("dm-3", "LVM-def", "dm-1", "vdb");
    device("dm-4", "LVM-ghi");
    assert.equal(await encrypted("/dev/dm-1"), true);
    assert.equal(await encrypted("/dev/dm-2"), true);
    assert.equal(await encrypted("/dev/dm-3"), false);
    assert.equal(await encrypted("/dev/dm-4"), false);
    assert.equal(await encrypted("/dev/vda1"), false);
  });

  it("says nothing of a folder that is not here, or that lies on no device", async () => {
    assert.equal(await encrypted("overlay"), undefined);
    assert.equal(await diskEncryption(join(folder, "elsewhere"), { mounts, blocks }), undefined);
    assert.equal(await diskEncryption(folder, { mounts: join(folder, "none"), blocks }), undefined);
  });

  it("takes the innermost mount, and of two on one point the later", () => {
    const table = [
      mount("/", "/dev/a"),
      mount("/var", "/dev/b"),
      mount("/var/lib/d", "/dev/c"),
      mount("/var", "/dev/e"),
    ];
    assert.equal(deviceBelow("/var/lib/docker", table.join("\n")), "/dev/e");
    assert.equal(deviceBelow("/srv", table.join("\n")), "/dev/a");
  });

  it("warns of a disk in plain, and of no other", () => {
    const path = "/var/lib/docker";
    const [finding, ...more] = diskEncryptionFindings({ path, device: "/dev/vda1", encrypted: false });
    assert.deepEqual(more, []);
    assert.equal(finding?.severity, "warning");
    assert.match(`${finding.found} ${finding.fix}`, /\/dev\/vda1 .*cryptsetup/);
    assert.deepEqual(diskEncryptionFindings({ path, device: "/dev/dm-0", encrypted: true }), []);
    assert.deepEqual(diskEncryptionFindings(undefined), []);
  });
});
