import type * as pulumi from "@pulumi/pulumi";
import type { PostgresConnection } from "../core/connection";
import type { Foundation } from "../core/foundation";
import { type MailConnection, Mailpit } from "../services/development/mailpit";
import { Pgweb } from "../services/development/pgweb";
import type { Postgres } from "../services/postgres";
import type { OtherDoors } from "../routes";
import type { ServiceName } from "../topology";

/** What a developer of the stack reaches for; nothing in a stack that is not in development mode. */
export interface Development {
  readonly doors: OtherDoors;
  /** Where Alertmanager sends mail. */
  readonly mail?: MailConnection;
}

/** The database browser and the mail catcher. */
export function assembleDevelopment(
  args: {
    readonly present: ReadonlySet<ServiceName>;
    readonly postgres: Postgres;
    readonly databases: readonly PostgresConnection[];
  },
  foundation: Foundation,
  opts: pulumi.ComponentResourceOptions,
): Development {
  const { present, postgres, databases } = args;
  const pgweb = present.has("pgweb")
    ? new Pgweb("pgweb", foundation, { postgres: postgres.monitor("pgweb", databases) }, opts)
    : undefined;
  const mailpit = present.has("mailpit")
    ? new Mailpit("mailpit", foundation, { senders: ["alertmanager"] }, opts)
    : undefined;
  return {
    doors: {
      ...(pgweb === undefined ? {} : { pgweb: pgweb.web }),
      ...(mailpit === undefined ? {} : { mailpit: mailpit.web }),
    },
    ...(mailpit === undefined ? {} : { mail: mailpit.smtp("alertmanager") }),
  };
}
