import { stackRule } from "../../core/rule";
import { text } from "../../core/value";
import { configTexts, configTextTypes } from "../../models/config-texts";
import { serverTypes } from "../../models/software";
import { demand } from "./servers";
import { redis } from "./software";

const URL = /\b(?:redis|valkey):\/\/(?:[^\s/@"']*@)?(\[[^\]]*\]|[^\s/:?"'@,]*)/g;
const LOOPBACK = /^(|localhost|127\.[\d.]+|\[::1\])$/;

/** TLS on the way to Redis, seen from both ends. */
export const redisTls = stackRule({
  name: "eit-06-redis-tls",
  group: "encryption",
  severity: "high",
  summary: "Redis listens with TLS only, and its clients use rediss://.",
  why: "Jobs, sessions and passwords cross the network in plain otherwise; Redis keeps its plain port open beside the one with TLS until it is told not to.",
  fix: "Set port 0 and tls-port 6379 with a certificate, and dial rediss:// with the authority's certificate.",
  maps: ["CKV_AWS_30"],
  unknown: "cannot tell",
  bad: `new docker.Container("queue", { image: "redis:8" });`,
  good: `new docker.Container("queue", { image: "redis:8", command: ["redis-server", "--port", "0", "--tls-port", "6379", "--tls-cert-file", "/tls/server.crt"] });`,
  types: [...new Set([...serverTypes, ...configTextTypes])],
  check(stack, report) {
    demand(
      redis,
      [
        { key: "port", passes: (value) => value === "0", found: "keeps its plain port open" },
        {
          key: "tls-port",
          passes: (value) => /^[1-9]\d*$/.test(value),
          found: "does not listen with TLS",
        },
        {
          key: "tls-protocols",
          passes: (value) => !/tlsv1(\.[01])?(\s|$)/i.test(value),
          found: "accepts versions of TLS that are out of date",
          optional: true,
        },
      ],
      stack,
      report,
    );
    for (const { resource, path, value } of configTexts(stack))
      for (const [, host = ""] of (text(value) ?? "").matchAll(URL))
        if (!LOOPBACK.test(host))
          report.violation(path, "dials Redis without TLS: redis:// and not rediss://", resource);
  },
});
