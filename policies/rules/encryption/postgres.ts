import { type Report, stackRule } from "../../core/rule";
import { text } from "../../core/value";
import { configTexts, configTextTypes } from "../../models/config-texts";
import { type Server, serverTypes } from "../../models/software";
import { demand, saysYes } from "./servers";
import { postgres } from "./software";

/** Modes in which a client of PostgreSQL talks without TLS, or lets whoever is in between choose so. */
const WEAK = /^(disable|allow|prefer)$/;
const URL = /\b(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\/(?:[^\s/@"']*@)?(\[[^\]]*\]|[^\s/:?"'@,]*)[^\s"'<>]*/g;
const LOOPBACK = /^(|localhost|127\.[\d.]+|\[::1\])$/;

/** TLS on the way to PostgreSQL, seen from both ends. */
export const postgresTls = stackRule({
  name: "eit-05-postgres-tls",
  group: "encryption",
  severity: "high",
  summary: "PostgreSQL speaks TLS, and its clients insist on it.",
  why: "Rows and logins cross the network in plain otherwise; a client that only prefers TLS gives it up when somebody in between asks it to.",
  fix: "Start the server with ssl = on and a certificate, let pg_hba.conf accept hostssl only, and give clients sslmode=verify-full with the authority's certificate (at least require).",
  maps: [],
  unknown: "cannot tell",
  bad: `new docker.Container("db", { image: "postgres:18", command: ["postgres"] });`,
  good: `new docker.Container("db", { image: "postgres:18", command: ["postgres", "-c", "ssl=on", "-c", "ssl_cert_file=/tls/server.crt"] });`,
  types: [...new Set([...serverTypes, ...configTextTypes])],
  check(stack, report) {
    demand(
      postgres,
      [
        { key: "ssl", passes: saysYes, found: "does not switch TLS on" },
        {
          key: "ssl_min_protocol_version",
          passes: (value) => /^TLSv1\.[23]$/i.test(value),
          found: "accepts versions of TLS that are out of date",
          optional: true,
        },
      ],
      stack,
      report,
      (server) => plainLogins(server, report),
    );
    for (const { resource, path, name, value, siblings } of configTexts(stack)) {
      const said = text(value) ?? "";
      const mode = /^PGSSLMODE$/.test(name) ? said : /\bsslmode\s*=\s*["']?(\w+)/.exec(said)?.[1];
      if (mode !== undefined && WEAK.test(mode))
        report.violation(path, "lets a client of PostgreSQL talk without TLS", resource);
      const defaults = siblings.find((one) => one.name === "PGSSLMODE");
      const safe = defaults !== undefined && !WEAK.test(text(defaults.value) ?? "");
      for (const [url, host = ""] of said.matchAll(URL))
        if (!LOOPBACK.test(host) && !/[?&](sslmode|ssl|service)=/.test(url) && !safe)
          report.violation(
            path,
            "is a URL of PostgreSQL without sslmode: TLS is up to whoever is in between",
            resource,
          );
    }
  },
});

/** Lines of pg_hba.conf that let somebody in from another machine without TLS. */
function plainLogins(server: Server, report: Report): void {
  for (const file of server.files.filter(({ name }) => /(^|\/)pg_hba\.conf$/.test(name)))
    for (const line of (text(file.content) ?? "").split("\n")) {
      const [kind = "", , , address = "", ...method] = line.trim().split(/\s+/);
      const near = /^(127\.|::1|localhost$|samehost$)/.test(address);
      if (/^host(nossl|nogssenc)?$/.test(kind) && !near && !method.includes("reject"))
        report.violation(file.path, "lets clients in without TLS", file.resource);
    }
}
