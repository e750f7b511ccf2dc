import * as pulumi from "@pulumi/pulumi";
import { type HttpsConnection, type PostgresConnection, withHost } from "../../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import { Sensitive } from "../../core/values";
import { FILES, type WorkloadSpec } from "../../core/workload";

const PORT = 8443;
/** Where pgweb itself listens, behind the door. */
const INSIDE = 8081;

/** What pgweb needs. */
export interface PgwebSpecArgs {
  readonly leaf: Leaf;
  readonly listen: readonly string[];
  /** A role that may read the databases. */
  readonly postgres: PostgresConnection;
  /** Login of the gateway. */
  readonly reader: GeneratedLogin;
}

/** A look into the databases, for people who develop: read-only, behind a door that speaks TLS and knows the gateway alone. */
export function pgwebSpec(args: PgwebSpecArgs): WorkloadSpec<"https"> {
  const { postgres } = args;
  const { port } = postgres.address;
  const { username } = postgres.login;
  return {
    image: "pgweb",
    command: ["door", `${FILES}/door.json`],
    files: {
      ...serverTlsFiles(args.leaf, postgres.trust),
      [`${FILES}/door.json`]: withHost(postgres.address, (host) =>
        door(
          args,
          `postgres://${username}@${host}:${port}/${postgres.database}?sslmode=verify-full&sslrootcert=${TLS.ca}`,
        ),
      ),
      [`${FILES}/secrets/gateway.bcrypt`]: args.reader.bcryptHash,
      // Whichever database is looked at: the password is the role's.
      [`${FILES}/secrets/pgpass`]: Sensitive.format(
        (password, host) => `${host}:${port}:*:${username}:${password}\n`,
        postgres.login.password,
        Sensitive.of(postgres.address.host),
      ),
    },
    ports: { https: { number: PORT } },
    ready: {
      command: ["door", "check", `${FILES}/door.json`],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 30,
    },
    user: { uid: 10012, gid: 10012 },
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    uses: [postgres],
  };
}

/** What the door starts behind it, and whom it lets in. */
const door = ({ listen, reader }: PgwebSpecArgs, database: string): string =>
  JSON.stringify(
    {
      child: {
        command: [
          "pgweb",
          "--bind=127.0.0.1",
          `--listen=${INSIDE}`,
          `--url=${database}`,
          `--passfile=${FILES}/secrets/pgpass`,
          "--readonly",
          "--no-ssh",
          "--skip-open",
          "--query-timeout=30",
          "--log-format=json",
        ],
      },
      fronts: [
        {
          name: "https",
          listen: listen.map((address) => `${address}:${PORT}`),
          certificate: TLS.certificate,
          key: TLS.key,
          upstream: `http://127.0.0.1:${INSIDE}`,
          ready: "/",
          clients: [
            {
              name: reader.username,
              scheme: "basic",
              hashFile: `${FILES}/secrets/gateway.bcrypt`,
              allow: [{ methods: ["*"], paths: ["/*"] }],
            },
          ],
        },
      ],
    },
    undefined,
    2,
  );

/** Args of `Pgweb`. */
export interface PgwebArgs {
  /** A role that may read the databases. */
  readonly postgres: PostgresConnection;
}

/** The database browser. In development mode only. */
export class Pgweb extends pulumi.ComponentResource {
  /** The way of the gateway, with the login that it brings along. */
  readonly web: HttpsConnection & { readonly login: GeneratedLogin };

  constructor(name: string, foundation: Foundation, args: PgwebArgs, opts: pulumi.ComponentResourceOptions) {
    super("semblance:development:Pgweb", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    const reader = secrets.login("pgweb", "gateway", "gateway");
    const spec = pgwebSpec({
      leaf: certificates.issue("pgweb", platform.namesOf("pgweb")),
      listen: platform.listen("pgweb", "https"),
      postgres: args.postgres,
      reader,
    });
    const server = platform.run("pgweb", spec, this);
    this.web = {
      server: "pgweb",
      port: "https",
      address: server.address("https"),
      trust: certificates.trust,
      readyWhen: server.readyWhen,
      login: reader,
    };
    this.registerOutputs({});
  }
}
