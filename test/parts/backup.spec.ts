import assert from "node:assert/strict";
import { until } from "../support/until";
import { BackupWorld, FOLDER } from "./backup-world";

const DAY = { everyHours: 24, keep: 2 };
/** Counts and contents of a database, as text: equal for equal data. */
const CONTENT =
  "SELECT (SELECT count(*) || ' ' || md5(string_agg(c::text, ',' ORDER BY id)) FROM cats c) || ' ' || (SELECT count(*) FROM toys)";

describe("backups of PostgreSQL", function () {
  this.timeout(240_000);
  const world = new BackupWorld();
  const newest = async (database: string) =>
    (await world.dumps(database))[0]?.name ?? assert.fail(`no dump of ${database}`);

  before(async () => {
    await world.open();
    await world.sql(
      "SET ROLE cats; CREATE TABLE cats (id bigserial PRIMARY KEY, name text, data jsonb);" +
        "CREATE TABLE toys (id int PRIMARY KEY, cat bigint REFERENCES cats);" +
        `INSERT INTO cats (name, data) SELECT 'cat ' || i, jsonb_build_object('i', i, 'é', repeat('x', i % 100)) FROM generate_series(1, 5000) i;` +
        "INSERT INTO toys SELECT i, i FROM generate_series(1, 700) i",
      "cats",
    );
    await world.startLoop(DAY);
  });
  after(() => world.bench.close());

  it("begin at once, with every database, and tell Prometheus of it", async () => {
    const began = Date.now() / 1000;
    for (const database of ["cats", "postgres"]) {
      await world.metricBecomes(
        "last_success_timestamp_seconds",
        database,
        (at) => Math.abs(at - began) < 60,
      );
      assert.deepEqual(
        (await world.dumps(database)).map(({ sound }) => sound),
        ["ok"],
      );
    }
    const [dump] = await world.dumps("cats");
    await world.metricBecomes("size_bytes", "cats", (bytes) => bytes === dump?.bytes && bytes > 10_000);
    await world.metricBecomes("duration_seconds", "cats", (seconds) => seconds >= 0 && seconds < 60);
    await world.metricBecomes("copies", "cats", (copies) => copies === 1);
    await world.metricBecomes("failures", "cats", (failures) => failures === 0);
    await world.metricBecomes("interval_seconds", "cats", (seconds) => seconds === 86_400);
    await world.metricBecomes("seen_timestamp_seconds", "cats", (at) => Date.now() / 1000 - at < 20);
    assert.equal((await world.script("healthy")).code, 0);
  });

  it("read with a role that can change nothing, and lets nobody see the dumps", async () => {
    const refused = [
      "INSERT INTO cats (name) VALUES ('dog')",
      "DELETE FROM cats",
      "CREATE TABLE dogs ()",
      "CREATE TEMP TABLE dogs ()",
      "ALTER TABLE cats ADD dog int",
      "CREATE ROLE dog",
    ];
    assert.equal((await world.sqlAsBackup("SELECT count(*) FROM cats")).said, "5000");
    for (const text of refused) {
      const { code, said } = await world.sqlAsBackup(text);
      assert.notEqual(code, 0, text);
      assert.match(said, /permission denied|must be owner/, text);
    }
    assert.match(
      (await world.sqlAsBackup("SELECT 1", "cats", "disable")).said,
      /rejects connection|no encryption/,
    );
    const { said } = await world.inside(["sh", "-c", `find ${FOLDER} -type f -perm /077`]);
    assert.equal(said, "", "files that others may read");
    assert.doesNotMatch(await world.logs(), /backup0123/);
  });

  it("can be put back: the same rows, owners and rights, by the commands of docs/backups.md", async () => {
    const { code, said } = await world.script("now");
    assert.equal(code, 0, said);
    const before = await world.sql(CONTENT, "cats");
    const dump = await newest("cats");
    await world.sql("DELETE FROM toys; UPDATE cats SET name = 'gone'", "cats");
    world.restore("cats", dump);
    assert.equal(await world.sql(CONTENT, "cats"), before);
    const rights = await world.sql(
      "SELECT pg_get_userbyid(datdba), has_database_privilege('postgres_exporter', 'cats', 'CONNECT')," +
        " has_database_privilege('postgres_backup', 'cats', 'CONNECT') FROM pg_database WHERE datname = 'cats'",
    );
    assert.equal(rights, "cats|f|t");
    assert.equal(
      await world.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'cats'", "cats"),
      "cats",
    );
    assert.equal(
      await world.sql("SET ROLE cats; INSERT INTO cats (name) VALUES ('next') RETURNING id", "cats"),
      "5001",
    );
    await world.sql("DROP DATABASE cats_before");
  });

  it("are kept as many as the settings say, the oldest going first", async () => {
    const first = await newest("cats");
    // A dump is called after the second in which it began; one of the same second would take its place.
    const stamp = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, "");
    await until(
      { what: "the next second", limitSeconds: 5 },
      () => stamp() > first.slice(0, first.indexOf(".")),
    );
    for (let i = 0; i < 2; i += 1) assert.equal((await world.script("now")).code, 0);
    const dumps = await world.dumps("cats");
    assert.equal(dumps.length, 2);
    assert.ok(
      dumps.every(({ name, sound }) => sound === "ok" && name > first),
      JSON.stringify(dumps),
    );
    const files = await world.inside(["sh", "-c", `ls ${FOLDER}/cats`]);
    assert.equal(files.said.split("\n").length, 5, `two dumps, their checksums, the state: ${files.said}`);
  });

  it("that fail say so, keep what there was, and keep no other database from being dumped", async () => {
    const kept = await world.dumps("cats");
    await world.sql("CREATE DATABASE closed");
    await world.sql("REVOKE CONNECT ON DATABASE closed, cats FROM PUBLIC, postgres_backup");
    const { code, said } = await world.script("now");
    assert.equal(code, 1, said);
    assert.match(said, /cats: failed, 1 times in a row; the dumps before it stay/);
    assert.match(said, /permission denied for database "cats"/);
    assert.match(said, /postgres: \d+T\d+Z\.dump, \d+ bytes/);
    assert.deepEqual(await world.dumps("cats"), kept);
    await world.metricBecomes("failures", "cats", (failures) => failures === 1);
    await world.metricBecomes("failures", "closed", (failures) => failures >= 1);
    await world.metricBecomes("last_success_timestamp_seconds", "closed", (at) => at === 0);
    await world.sql("GRANT CONNECT ON DATABASE cats TO postgres_backup");
    await world.sql("DROP DATABASE closed");
    assert.equal((await world.script("now")).code, 0);
    await world.metricBecomes("failures", "cats", (failures) => failures === 0);
    assert.ok(!(await world.metric("failures")).has("closed"), "a database that is gone is not told of");
  });

  it("that were cut off or damaged do not pass for good ones", async () => {
    const name = await newest("cats");
    await world.inside(["sh", "-c", `cp ${FOLDER}/cats/${name} ${FOLDER}/cats/20990101T000000Z.dump.part`]);
    await world.inside(["truncate", "--size=-100", `${FOLDER}/cats/${name}`]);
    assert.equal((await world.dumps("cats")).find((dump) => dump.name === name)?.sound, "DAMAGED");
    await world.startLoop(DAY);
    const { said } = await world.inside(["sh", "-c", `ls ${FOLDER}/cats`]);
    assert.doesNotMatch(said, /part/);
    assert.equal((await world.script("now")).code, 0);
    assert.equal((await world.dumps("cats"))[0]?.sound, "ok");
  });

  it("are made up for after a time in which nothing ran, and not before they are due", async () => {
    const rest = `cd ${FOLDER}/cats && rm *.sha256 && set -- *.dump && rm "$1" && mv "$2" 20200101T000000Z.dump`;
    await world.inside(["sh", "-ec", rest]);
    await until(
      { what: "a new dump", limitSeconds: 60, everySeconds: 0.5 },
      async () => (await newest("cats")) > "2020010200",
    );
    const dumps = (await world.dumps("postgres")).map((dump) => dump.name);
    await world.startLoop(DAY);
    await world.metricBecomes("seen_timestamp_seconds", "cats", (at) => Date.now() / 1000 - at < 3);
    assert.deepEqual(
      (await world.dumps("postgres")).map((dump) => dump.name),
      dumps,
    );
    assert.equal((await world.dumps("cats")).length, 2);
  });

  it("are not called healthy when the loop stands still or a round is overdue", async () => {
    const aged = (file: string) =>
      world.inside([
        "sh",
        "-c",
        `touch /tmp/alive; touch -d @0 /tmp/${file}; sh /etc/semblance/backup.sh healthy`,
      ]);
    assert.match((await aged("alive")).said, /the loop has not moved/);
    assert.match((await aged("round")).said, /no round has ended/);
  });
});
