import { resourceRule } from "../../core/rule";
import { isUnknown, text } from "../../core/value";
import { type ConfigText, configTextsOf, configTextTypes } from "../../models/config-texts";

/** Variables that name the address of something. */
const ADDRESS = /(^|_)(URL|URI|ENDPOINT|ADDR|ADDRESS|HOST|SERVER)S?($|_)/i;
/** A proxy is spoken to in plain, and what goes through it has TLS of its own. */
const PROXY = /_proxy$/i;

const URL =
  /\b(?:http|ws|ftp|ldap|amqp|mongodb|nats|mysql):\/\/(?:[^\s/@"'`]*@)?(\[[^\]\s]*\]|[^\s/:?#"'`@,;<>)}\]]*)/gi;
const LOOPBACK = /^(|localhost|[\w.-]+\.localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]|::1)$/i;
/** Where an address is written in parts, as in what Prometheus scrapes. A flag of a program is none: it may say how that listens. */
const SCHEME = /(?<![-\w])scheme["']?\s*[:=]\s*["']?http\b(?!s)/i;
/** Hosts within a network: files also name public ones, as in the names of schemas, which nobody dials. */
const INTERNAL =
  /^([\w-]+|[\w.-]+\.(svc|local|internal|cluster|lan|intra|corp|home\.arpa)|10\.[\d.]+|192\.168\.[\d.]+|172\.(1[6-9]|2\d|3[01])\.[\d.]+)$/i;

/** Files that say whom alerts are sent to, and how a receiver is written in them: those may be anywhere. */
const RECEIVERS = /(alertmanager|contact|notif|receiver)[\w.-]*\.(ya?ml|json)$/i;
const RECEIVER =
  /\b(webhook_?|api_|service_|slack_api_|opsgenie_api_|victorops_api_)?url["']?\s*:\s*["']?http:\/\/([^\s/:"']+)/gi;

/** The addresses at which services find each other. */
export const endpointsTls = resourceRule({
  name: "eit-08-http-endpoints",
  group: "encryption",
  severity: "high",
  summary: "Services dial each other with TLS: no address of a peer begins with http://.",
  why: "Data and credentials that go with each request cross the network in plain, and nobody knows who answers.",
  fix: "Write https:// (wss://, ldaps://, amqps://) and give the client the authority's certificate; only what runs in the same container or pod may be dialled in plain, by 127.0.0.1.",
  maps: [],
  unknown: "cannot tell",
  options: {
    plainHosts: { description: "hosts that may be dialled without TLS", default: [] },
  },
  bad: `new docker.Container("api", { image: "api:1", envs: ["MLFLOW_S3_ENDPOINT_URL=http://minio:9000"] });`,
  good: `new docker.Container("api", { image: "api:1", envs: ["MLFLOW_S3_ENDPOINT_URL=https://minio:9000"] });`,
  types: configTextTypes,
  check(resource, report) {
    for (const one of configTextsOf(resource)) {
      if (isUnknown(one.value) && namesAddress(one)) report.cannotTell(one.path);
      if (PROXY.test(one.name)) continue;
      if (one.in === "file" && SCHEME.test(text(one.value) ?? ""))
        report.violation(one.path, "has a scheme of http");
      if (one.in === "file" && RECEIVERS.test(one.name))
        for (const [, , host = ""] of (text(one.value) ?? "").matchAll(RECEIVER))
          if (!LOOPBACK.test(host) && !INTERNAL.test(host))
            report.violation(one.path, "sends alerts without TLS");
      for (const [, host = ""] of (text(one.value) ?? "").matchAll(URL)) {
        if (LOOPBACK.test(host) || report.list("plainHosts").includes(host)) continue;
        // A host that a program fills in later is one of its peers, as far as anybody can see.
        if (one.in === "file" && !INTERNAL.test(host)) continue;
        report.violation(one.path, "dials another service without TLS");
      }
    }
  },
});

/**
 * Whether an unknown text matters. Of a variable the name says so; Docker's are texts with their names in them, and of one
 * that is not known nobody can tell. A file that is not known holds a secret that this deployment makes: it is read in the
 * next preview.
 */
const namesAddress = ({ in: where, name, resource }: ConfigText): boolean =>
  where === "environment" &&
  (ADDRESS.test(name) || (/^\d+$/.test(name) && resource.type.startsWith("docker:")));
