import { resourceRule } from "../../core/rule";
import { isMissing, text } from "../../core/value";

/** By which a provider shows who it is, and knows whom it talks to. */
const MATERIAL = ["caMaterial", "certMaterial", "keyMaterial"];

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
  types: ["pulumi:providers:docker", "pulumi:providers:docker-build"],
  check({ props }, report) {
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
