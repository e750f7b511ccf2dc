import { fromFile, type Handler, refuse, route, subroute } from "./caddy";
import type { LoginFile, Role } from "./model";
import { admitted } from "./model";

/** Asks for a name and a password by HTTP basic authentication, and lets in one of the logins. */
export function askLogin(logins: readonly LoginFile[]): Handler {
  return {
    handler: "authentication",
    providers: {
      http_basic: {
        accounts: logins.map((login) => ({ username: login.username, password: fromFile(login.hashFile) })),
        hash: { algorithm: "bcrypt" },
        // bcrypt is slow on purpose; a browser sends the password with each of the many requests of a page.
        hash_cache: {},
        realm: "Semblance Curation",
      },
    },
  };
}

/** Asks for a login that has the role or one above it. */
export function askRole(role: Role, logins: Readonly<Record<Role, LoginFile>>): Handler {
  return askLogin(admitted(role).map((one) => logins[one]));
}

/**
 * Refuses what another site, or another service of this platform, makes a browser send. Browsers attach a remembered
 * basic login to such requests too, so a page with a script that an annotator uploaded could otherwise delete metrics in
 * the name of an operator. Following a link is allowed; programs do not send these headers and are not affected.
 */
export function refuseOtherSites(): Handler {
  return subroute([
    route(
      [
        {
          header: { "Sec-Fetch-Site": ["cross-site", "same-site"] },
          not: [{ method: ["GET", "HEAD"], header: { "Sec-Fetch-Mode": ["navigate"], "Sec-Fetch-Dest": ["document"] } }],
        },
      ],
      [refuse(403, "sent by a page of another site")],
    ),
  ]);
}
