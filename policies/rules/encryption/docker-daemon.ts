import { type Report, resourceRule } from "../../core/rule";
import { isMissing, text, texts } from "../../core/value";
import { type ContainerLike, containersOf } from "../../models/containers";
import { workloadTypes } from "../../models/types";

/** By which a provider shows who it is, and knows whom it talks to. */
const MATERIAL = ["caMaterial", "certMaterial", "keyMaterial"];

const providers: readonly string[] = ["pulumi:providers:docker", "pulumi:providers:docker-build"];
/** An engine on another machine. */
const REMOTE = /^(tcp|http):\/\/(?!localhost|127\.|\[::1\])/;
/** The client, and the engine itself, that is told to use or to open such a port. */
const ENGINE = /\bdockerd?\b[^|;&]*\s(-H|--host)[= ]?(tcp|http):\/\/(?!localhost|127\.|\[::1\])/;

/** The way to a Docker engine on another machine. */
export const dockerDaemonTls = resourceRule({
  name: "eit-11-docker-daemon-tls",
  group: "encryption",
  severity: "critical",
  summary:
    "Docker engines on other machines are reached over SSH, or over TLS with certificates of both sides.",
  why: "Who may talk to a Docker engine is root on its machine, and without certificates that is everybody who reaches its port.",
  fix: "Set host to ssh://user@machine; or to tcp:// with certPath, or caMaterial, certMaterial and keyMaterial.",
  maps: ["CIS-Docker-2.7"],
  unknown: "cannot tell",
  bad: `new docker.Provider("remote", { host: "tcp://10.0.0.5:2375" });`,
  good: `new docker.Provider("remote", { host: "ssh://deploy@10.0.0.5" });`,
  types: [...providers, ...workloadTypes],
  check(resource, report) {
    if (!providers.includes(resource.type)) {
      for (const container of containersOf(resource)) judge(container, report);
      return;
    }
    const { props } = resource;
    const { host, certPath } = props;
    // What is not known yet is there; what a material says is none of the rule's business.
    if (!isMissing(certPath) || MATERIAL.every((name) => !isMissing(props[name]))) return;
    report.must(
      "host",
      host,
      (known) => isMissing(known) || !/^(tcp|http):\/\//.test(text(known) ?? ""),
      "is reached over TCP without certificates",
    );
  },
});

/** A container that steers an engine, or is one. */
function judge({ env, command, commandPath }: ContainerLike, report: Report): void {
  const verifies = env.some(({ name, value }) => name === "DOCKER_TLS_VERIFY" && !isMissing(value));
  for (const { name, path, value, from } of env)
    if (name === "DOCKER_HOST" && from === "literal" && !verifies)
      report.must(
        path,
        value,
        (known) => !REMOTE.test(text(known) ?? ""),
        "reaches a Docker engine over TCP without certificates",
      );
  const said = texts(command).join(" ");
  if (ENGINE.test(said) && !verifies && !/\s--tlsverify\b/.test(said))
    report.violation(commandPath, "talks to a Docker engine over TCP without certificates");
}
