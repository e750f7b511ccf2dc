/** The small part of Caddy's JSON configuration that is written here. Caddy itself checks the rest: see the engine test. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A step in answering a request. */
export type Handler = { readonly handler: string } & { readonly [key: string]: Json };

/** Conditions, all of which must hold. */
export type Matcher = { readonly [matcher: string]: Json };

export interface CaddyRoute {
  readonly match?: readonly Matcher[];
  readonly handle: readonly Handler[];
  /** No later route is looked at. */
  readonly terminal?: boolean;
}

/** A route that ends the search when one of the matchers fits, or always when there is none. */
export function route(match: readonly Matcher[], handle: readonly Handler[]): CaddyRoute {
  return { ...(match.length === 0 ? {} : { match }), handle, terminal: true };
}

/** Routes inside a route. */
export function subroute(routes: readonly CaddyRoute[]): Handler {
  return { handler: "subroute", routes: routes.map(asJson) };
}

/** The route as plain JSON, for a place where any JSON may stand. */
export function asJson(of: CaddyRoute): { readonly [key: string]: Json } {
  return {
    ...(of.match === undefined ? {} : { match: of.match }),
    handle: of.handle,
    ...(of.terminal === undefined ? {} : { terminal: of.terminal }),
  };
}

/** Ends the request in the error routes. `text` goes to the log, not to the client. */
export function refuse(status: number, text: string): Handler {
  return { handler: "error", status_code: status, error: text };
}

/** A complete answer. */
export function answer(status: number, headers: Readonly<Record<string, string>>, body?: string): Handler {
  return {
    handler: "static_response",
    status_code: status,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    ...(body === undefined ? {} : { body }),
  };
}

/** The text of a file, read when it is needed, so that a secret does not stand in the configuration. */
export const fromFile = (path: string): string => `{file.${path}}`;
