import { stackRule } from "../../core/rule";
import { serverTypes } from "../../models/software";
import { type Demand, demand, saysYes } from "./servers";
import { elasticsearch, opensearch } from "./software";

const on = (key: string, found: string): Demand => ({ key, passes: saysYes, found });

const OUT_OF_DATE = {
  passes: (value: string) => !/\b(SSLv\w+|TLSv1(\.1)?)\b(?!\.)/.test(value),
  found: "accepts versions of TLS that are out of date",
  optional: true,
};

/** TLS on the way to the search engine, from clients and between its nodes. */
export const searchTls = stackRule({
  name: "eit-07-es-tls",
  group: "encryption",
  severity: "high",
  summary: "Elasticsearch and OpenSearch have security on, and TLS on both of their layers.",
  why: "Documents, queries and logins cross the network in plain otherwise; with security off there are no logins at all.",
  fix: "Elasticsearch: set xpack.security.enabled, xpack.security.http.ssl.enabled and xpack.security.transport.ssl.enabled to true, with certificates. OpenSearch: set plugins.security.ssl.http.enabled to true and leave plugins.security.disabled out.",
  maps: ["CKV_AWS_83", "CKV_AWS_6"],
  unknown: "cannot tell",
  bad: `new docker.Container("search", { image: "elasticsearch:9.2.1", envs: ["discovery.type=single-node", "xpack.security.enabled=false"] });`,
  good: `new docker.Container("search", { image: "elasticsearch:9.2.1", envs: ["xpack.security.enabled=true", "xpack.security.http.ssl.enabled=true", "xpack.security.transport.ssl.enabled=true"] });`,
  types: serverTypes,
  check(stack, report) {
    demand(
      elasticsearch,
      [
        on("xpack.security.enabled", "has its security off"),
        on("xpack.security.http.ssl.enabled", "answers clients without TLS"),
        on("xpack.security.transport.ssl.enabled", "talks to its other nodes without TLS"),
        { key: "xpack.security.http.ssl.supported_protocols", ...OUT_OF_DATE },
      ],
      stack,
      report,
    );
    demand(
      opensearch,
      [
        on("plugins.security.ssl.http.enabled", "answers clients without TLS"),
        {
          key: "plugins.security.disabled",
          passes: (value) => !saysYes(value),
          found: "has its security off",
          optional: true,
        },
        { key: "plugins.security.ssl.http.enabled_protocols", ...OUT_OF_DATE },
      ],
      stack,
      report,
    );
  },
});
