import { fromFile, type Handler, refuse, route, subroute } from "./caddy";
import type { LoginFile, Role } from "./model";
import { admitted } from "./model";

const challenge = 'Basic realm="Semblance Curation", charset="UTF-8"';

/**
 * Asks for a name and a password by HTTP basic authentication, and lets in one of the logins.
 * Caddy checks the password of a name that it does not know against a hash that takes it one to two seconds of a core. So
 * that nobody can keep the gateway busy that way, other names are turned away first.
 */
export function askLogin(logins: readonly LoginFile[]): Handler[] {
  const known = {
    header_regexp: { Authorization: { pattern: basicPattern(logins.map((login) => login.username)) } },
  };
  return [
    subroute([
      route(
        [{ not: [known] }],
        [
          { handler: "headers", response: { set: { "WWW-Authenticate": [challenge] } } },
          refuse(401, "no login, or one that may not enter"),
        ],
      ),
    ]),
    {
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
    },
  ];
}

/** Pattern of the `Authorization` headers that carry one of the user names. */
export function basicPattern(usernames: readonly string[]): string {
  return `^Basic (?:${usernames.map((username) => base64Prefix(`${username}:`)).join("|")})`;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Pattern of the base64 of every text that begins with `start`: the last digit is open where a byte ends within it. */
function base64Prefix(start: string): string {
  const bits = [...Buffer.from(start)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const digits = bits.match(/.{1,6}/g) ?? [];
  return digits
    .map((digit) => {
      const first = parseInt(digit.padEnd(6, "0"), 2);
      const last = parseInt(digit.padEnd(6, "1"), 2);
      return `[${ALPHABET.slice(first, last + 1)}]`;
    })
    .join("");
}

/** Asks for a login that has the role or one above it. */
export function askRole(role: Role, logins: Readonly<Record<Role, LoginFile>>): Handler[] {
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
          not: [
            {
              method: ["GET", "HEAD"],
              header: { "Sec-Fetch-Mode": ["navigate"], "Sec-Fetch-Dest": ["document"] },
            },
          ],
        },
      ],
      [refuse(403, "sent by a page of another site")],
    ),
  ]);
}
