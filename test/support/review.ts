import type { Verdict } from "../../toolchain/review/guard";
import type {
  Change,
  Json,
  Operation,
  Preview,
  Properties,
  PropertyChange,
  Resource,
} from "../../toolchain/review/model";

const PROJECT = "urn:pulumi:prod::semblance-curation::";

/** A resource with these inputs. */
export const resource = (
  type: string,
  name: string,
  inputs: Properties = {},
  more: Partial<Resource> = {},
): Resource => ({
  urn: `${PROJECT}${type}::${name}`,
  type,
  name,
  parent: undefined,
  protect: false,
  retain: false,
  inputs,
  ...more,
});

/** A property that becomes another. */
export const property = (path: string, before: Json, after: Json, replaces = false): PropertyChange => ({
  path,
  kind: "update",
  before,
  after,
  replaces,
});

/** A change of a resource, of the service that its name begins with. */
export const change = (
  operation: Operation,
  of: Resource,
  properties: readonly PropertyChange[] = [],
  group = of.name.split("-")[0] ?? "",
): Change => ({ operation, resource: of, group, properties });

/** A preview in which nothing happens but what is said. */
export const preview = (more: Partial<Preview> = {}): Preview => ({
  stack: "prod",
  against: { ref: "main", commit: "abc1234def5678900000000000000000000000aa" },
  before: [],
  after: [],
  outputs: { before: { arrows: [] }, after: { arrows: [] } },
  changes: [],
  same: 426,
  policies: [],
  messages: [],
  seconds: 12,
  ...more,
});

/** A guard that has nothing to say. */
export const passes: Verdict = { refused: [], acknowledged: [], faults: [] };

/** The configuration of the gateway, with a page for operators and one with a login of its own. */
export const caddy = (routes: Readonly<Record<string, readonly string[]>>): string =>
  JSON.stringify({
    apps: {
      http: {
        servers: {
          public: {
            routes: Object.entries(routes).map(([host, logins]) => ({
              match: [{ host: [host] }],
              handle: [
                ...(logins.length === 0
                  ? []
                  : [
                      {
                        handler: "authentication",
                        providers: { http_basic: { accounts: logins.map((username) => ({ username })) } },
                      },
                    ]),
                { handler: "headers", request: { delete: logins.length === 0 ? [] : ["Authorization"] } },
              ],
            })),
          },
        },
      },
    },
  });
