import * as pulumi from "@pulumi/pulumi";
import type { Connection, HttpsConnection, TlsTrust } from "../../core/connection";
import { type Foundation, type GeneratedLogin, type Leaf, serverTlsFiles, TLS } from "../../core/foundation";
import { probeHost } from "../../core/probes";
import type { RunningWorkload } from "../../core/platform";
import { FILES, type WorkloadSpec } from "../../core/workload";

/** `https` is its pages; `smtp` is where mail is sent to. */
export type MailpitPort = "https" | "smtp";

const PORTS: Readonly<Record<MailpitPort, number>> = { https: 8025, smtp: 1025 };

/** What Mailpit needs. */
export interface MailpitSpecArgs {
  readonly leaf: Leaf;
  readonly trust: TlsTrust;
  readonly listen: Readonly<Record<MailpitPort, readonly string[]>>;
  /** Login of the gateway, at the pages. */
  readonly reader: GeneratedLogin;
  /** Logins of those who send mail. */
  readonly senders: readonly GeneratedLogin[];
}

/** Catches mail and sends none on. It keeps the mail in memory. Its flags: mailpit.axllent.org/docs/configuration. */
export function mailpitSpec(args: MailpitSpecArgs): WorkloadSpec<MailpitPort> {
  const at = (port: MailpitPort) => `${args.listen[port][0] ?? "127.0.0.1"}:${PORTS[port]}`;
  return {
    image: "mailpit",
    command: [
      "/mailpit",
      `--listen=${at("https")}`,
      `--ui-tls-cert=${TLS.certificate}`,
      `--ui-tls-key=${TLS.key}`,
      `--ui-auth-file=${FILES}/secrets/readers`,
      `--smtp=${at("smtp")}`,
      `--smtp-tls-cert=${TLS.certificate}`,
      `--smtp-tls-key=${TLS.key}`,
      `--smtp-auth-file=${FILES}/secrets/senders`,
      "--smtp-require-starttls",
      "--smtp-disable-rdns",
      "--disable-version-check",
      // A page of a mail loads nothing from elsewhere.
      "--block-remote-css-and-fonts",
      "--max=500",
      "--max-age=7d",
    ],
    files: {
      ...serverTlsFiles(args.leaf, args.trust),
      [`${FILES}/secrets/readers`]: passwordFile([args.reader]),
      [`${FILES}/secrets/senders`]: passwordFile(args.senders),
    },
    ports: { https: { number: PORTS.https }, smtp: { number: PORTS.smtp } },
    ready: {
      command: ["/mailpit", "readyz", "--https", `--listen=${probeHost(args.listen.https)}:${PORTS.https}`],
      intervalSeconds: 5,
      timeoutSeconds: 5,
      failures: 6,
      startSeconds: 30,
    },
    user: { uid: 10013, gid: 10013 },
    writable: ["/tmp"],
    resources: { cpu: 0.5, memoryMiB: 128 },
    uses: [],
  };
}

/** A password file in the form of Apache's htpasswd. */
const passwordFile = (logins: readonly GeneratedLogin[]) =>
  pulumi
    .all(logins.map(({ bcryptHash }) => bcryptHash.unwrap()))
    .apply((hashes) => logins.map(({ username }, i) => `${username}:${hashes[i]}\n`).join(""));

/** A mail server that wants STARTTLS and a login. */
export interface MailConnection extends Connection {
  readonly login: GeneratedLogin;
}

/** Args of `Mailpit`: those who send mail, by name, since the server must know them when it starts. */
export interface MailpitArgs<C extends string> {
  readonly senders: readonly C[];
}

/** The mail catcher. In development mode only. */
export class Mailpit<C extends string> extends pulumi.ComponentResource {
  /** The way of the gateway, with the login that it brings along. */
  readonly web: HttpsConnection & { readonly login: GeneratedLogin };
  private readonly server: RunningWorkload<MailpitPort>;
  private readonly logins = new Map<string, GeneratedLogin>();

  constructor(
    name: string,
    private readonly foundation: Foundation,
    args: MailpitArgs<C>,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:development:Mailpit", name, {}, opts);
    const { platform, certificates, secrets } = foundation;
    for (const sender of args.senders) this.logins.set(sender, secrets.login("mailpit", sender, sender));
    const reader = secrets.login("mailpit", "gateway", "gateway");
    const spec = mailpitSpec({
      leaf: certificates.issue("mailpit", platform.namesOf("mailpit")),
      trust: certificates.trust,
      listen: { https: platform.listen("mailpit", "https"), smtp: platform.listen("mailpit", "smtp") },
      reader,
      senders: [...this.logins.values()],
    });
    this.server = platform.run("mailpit", spec, this);
    this.web = this.way("https", reader);
    this.registerOutputs({});
  }

  /** The way of a sender that `senders` names. */
  smtp(sender: C): MailConnection {
    const login = this.logins.get(sender);
    if (login === undefined) throw new Error(`mailpit has no sender ${sender}`);
    return this.way("smtp", login);
  }

  private way(port: MailpitPort, login: GeneratedLogin): MailConnection {
    return {
      server: "mailpit",
      port,
      address: this.server.address(port),
      trust: this.foundation.certificates.trust,
      readyWhen: this.server.readyWhen,
      login,
    };
  }
}
