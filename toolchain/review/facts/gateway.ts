import { at, entries, items, text, texts, type Value } from "../../../policies/core/value";
import { jsonOf, toldOf } from "./texts";
import type { View } from "./view";

/** A host name that a gateway routes, and who may enter. */
export interface GatewayHost {
  readonly workload: string;
  readonly host: string;
  /** Logins at the gateway that are let in; empty where it asks for none. */
  readonly logins: readonly string[];
  /** What is asked for where the gateway asks for no login: the service's own one, or nothing. */
  readonly otherwise: "the service's own login" | "no login";
}

/** Caddy's own configuration, as the gateway has it. */
const FILE = "caddy.json";

/** The hosts of every gateway of one side, as its configuration routes them. */
export const gatewayHosts = (view: View): GatewayHost[] =>
  toldOf(view).flatMap(({ workload, files }) => {
    const servers = at(jsonOf(files.get(FILE)), "apps", "http", "servers");
    return entries(servers)
      .filter(([name]) => name === "public")
      .flatMap(([, server]) => items(at(server, "routes")))
      .flatMap((route) => {
        const handlers = items(at(route, "handle"));
        return items(at(route, "match"))
          .flatMap((match) => texts(at(match, "host")))
          .map((host) => ({ workload, host, ...entry(handlers) }));
      });
  });

/** Who gets past the handlers of a route. Only what every request passes counts, not what lies behind a path of its own. */
function entry(handlers: readonly Value[]): Pick<GatewayHost, "logins" | "otherwise"> {
  const logins = handlers
    .filter((handler) => at(handler, "handler") === "authentication")
    .flatMap((handler) => items(at(handler, "providers", "http_basic", "accounts")))
    .map((account) => text(at(account, "username")) ?? "");
  const takesOff = handlers.flatMap((handler) => texts(at(handler, "request", "delete")));
  return {
    logins: logins.sort(),
    otherwise: takesOff.includes("Authorization") ? "no login" : "the service's own login",
  };
}
