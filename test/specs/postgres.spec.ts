import assert from "node:assert/strict";
import { asset } from "../../components/core/assets";
import { postgresSpec } from "../../components/services/postgres";
import { sqlJob, sqlName } from "../../components/services/postgres/accounts";
import { CANARY } from "../support/mocks";
import { fileOf, leaf, login, open, postgres, secretText, trust } from "../support/samples";
import { checkScript } from "../support/shell";

const spec = postgresSpec({ leaf, trust, superuserPassword: login("postgres").password });
const job = sqlJob({
  admin: { ...postgres, login: login("postgres") },
  script: "database.sh",
  env: { DATABASE: "label_studio" },
  logins: { "owner-password": login("label_studio") },
});
const folder = "components/services/postgres";

/** The settings of postgresql.conf by name. */
async function settings(): Promise<Map<string, string>> {
  const text = await fileOf(spec, "/etc/semblance/postgresql.conf");
  return new Map(
    text
      .trim()
      .split("\n")
      .map((line) => {
        const [, key = "", value = ""] =
          /^(\w+) = '([^']*)'$/.exec(line) ?? assert.fail(`cannot be read: ${line}`);
        return [key, value];
      }),
  );
}

describe("PostgreSQL", () => {
  it("lets in over TLS with a SCRAM password, and nobody otherwise", async () => {
    const rules = (await fileOf(spec, "/etc/semblance/pg_hba.conf"))
      .trim()
      .split("\n")
      .map((line) => line.split(/\s+/));
    for (const [type, , , ...rest] of rules) {
      const method = rest.at(-1);
      if (type === "local") assert.equal(method, "peer");
      else if (type === "hostssl") assert.equal(method, "scram-sha-256");
      else assert.deepEqual([type, method], ["host", "reject"]);
    }
    assert.deepEqual(rules.at(-1), ["host", "all", "all", "all", "reject"], "the last rule refuses the rest");
  });

  it("speaks TLS 1.2 or newer with its own certificate", async () => {
    const conf = await settings();
    assert.equal(conf.get("ssl"), "on");
    assert.equal(conf.get("ssl_min_protocol_version"), "TLSv1.2");
    assert.equal(conf.get("password_encryption"), "scram-sha-256");
    assert.ok(spec.files && `${conf.get("ssl_cert_file")}` in spec.files);
    assert.equal(conf.get("hba_file"), "/etc/semblance/pg_hba.conf");
  });

  it("writes below its volume and its folders in memory only", async () => {
    const conf = await settings();
    const writable = [
      ...(spec.writable ?? []),
      ...Object.values(spec.volumes ?? {}).map(({ mountPath }) => mountPath),
    ];
    for (const key of ["data_directory", "unix_socket_directories", "ssl_key_file"]) {
      assert.ok(
        writable.some((path) => conf.get(key)?.startsWith(path)),
        `${key}: ${conf.get(key)}`,
      );
    }
    // Shared memory as files of the data folder: /dev/shm has 64 MiB in a container.
    assert.equal(conf.get("dynamic_shared_memory_type"), "mmap");
  });

  it("keeps data at the path of version 17, and has a minute to write it before it is killed", () => {
    assert.deepEqual(spec.volumes?.["data"], {
      mountPath: "/var/lib/postgresql/data",
      onDown: "keep",
      sizeGiB: 20,
    });
    assert.equal(spec.stopGraceSeconds, 60);
  });

  it("has secrets in files only", async () => {
    const superuser = await open(spec.files?.["/etc/semblance/secrets/superuser-password"] ?? "");
    assert.deepEqual(superuser, { text: secretText("postgres"), secret: true });
    assert.ok(!JSON.stringify([spec.command, spec.ready.command, spec.env]).includes(CANARY));
  });
});

describe("PostgreSQL's jobs", () => {
  it("verify the server, and read passwords from files", async () => {
    const script = await fileOf(job, "/etc/semblance/database.sh");
    assert.match(script, /PGSSLMODE=verify-full PGSSLROOTCERT=\/etc\/semblance\/tls\/ca\.crt/);
    assert.equal(await fileOf(job, "/etc/semblance/tls/ca.crt"), trust.caCertificate);
    assert.equal(await fileOf(job, "/etc/semblance/secrets/superuser-password"), secretText("postgres"));
    assert.equal(await fileOf(job, "/etc/semblance/secrets/owner-password"), secretText("label_studio"));
    assert.deepEqual(job.env, { PGHOST: "postgres", PGPORT: "5432", DATABASE: "label_studio" });
    assert.deepEqual(
      job.uses.map(({ server, port }) => [server, port]),
      [["postgres", "sql"]],
    );
  });

  it("give a role no right beyond its database, and quote every name and password", () => {
    for (const file of ["database.sh", "monitor.sh"]) {
      const script = asset(folder, file);
      const roles = [
        ...script.matchAll(/^ALTER ROLE :"(\w+)" WITH LOGIN PASSWORD :'(?:reader_)?password';$/gm),
      ];
      assert.ok(roles.length > 0);
      for (const [, role = ""] of roles)
        assert.match(
          script,
          new RegExp(
            String.raw`NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS', rolname\) FROM pg_roles\n {2}WHERE rolname = :'${role}' AND \(rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls\) \\gexec`,
          ),
        );
      assert.doesNotMatch(script, /\bSUPERUSER\b|PASSWORD '/);
      // A here-document in quotes: the shell puts nothing into the SQL.
      assert.doesNotMatch(script, /<<[A-Z]/);
      assert.match(
        script,
        /log_min_error_statement=panic/,
        "a statement that fails is not logged with its password",
      );
    }
    assert.match(
      asset(folder, "database.sh"),
      /REVOKE ALL ON DATABASE :"name", postgres, template1 FROM PUBLIC/,
    );
    assert.match(asset(folder, "database.sh"), /"reader" SET default_transaction_read_only = on/);
    assert.match(asset(folder, "monitor.sh"), /GRANT pg_monitor TO :"name"/);
  });

  it("name roles and databases without characters that need quoting", () => {
    assert.equal(sqlName("label-studio-exporter"), "label_studio_exporter");
  });

  for (const file of ["start.sh", "database.sh", "monitor.sh"]) {
    it(`has a ${file} that a shell can read`, () => checkScript(asset(folder, file)));
  }
});
