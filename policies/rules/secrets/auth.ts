import { type ContainerLike, containersOf } from "../../models/containers";
import { workloadTypes } from "../../models/types";
import type { Resource } from "../../core/resource";
import { type Report, resourceRule } from "../../core/rule";
import { isUnknown, text, texts } from "../../core/value";
import { fileTypes, filesIn } from "../../models/files";
import { needDoors, openDoors } from "./open-doors";
import { openFiles } from "./open-files";

/** Services that ask who is there. */
export const authEnabled = resourceRule({
  name: "sec-09-auth-enabled",
  group: "secrets",
  severity: "critical",
  summary: "Services ask for a login.",
  why: "Whoever reaches the port, from another container or by a page in a browser, has all rights.",
  fix: "Take back the setting that switches the login off, or set the one that switches it on; name a service that only a gateway with a login reaches in the option `behindGateway`.",
  maps: ["C-0274"],
  unknown: "cannot tell",
  bad: `new docker.Container("grafana", { image, envs: ["GF_AUTH_ANONYMOUS_ENABLED=true"] });`,
  good: `new docker.Container("grafana", { image, envs: ["GF_AUTH_ANONYMOUS_ENABLED=false"] });`,
  options: {
    behindGateway: {
      description: "names of resources that nobody reaches but a gateway which asks for a login",
      default: [],
    },
  },
  types: [...new Set([...workloadTypes, ...fileTypes])],
  check(resource, report) {
    if (report.list("behindGateway").includes(resource.name)) return;
    for (const container of workloadTypes.includes(resource.type) ? containersOf(resource) : []) {
      opened(container, report);
      neverClosed(container, report);
    }
    if (fileTypes.includes(resource.type)) openedByFiles(resource, report);
  },
});

/** A file that is not known yet holds a secret that this deployment makes: it is read in the next preview. */
function openedByFiles(resource: Resource, report: Report): void {
  for (const { name, path, content } of filesIn(resource))
    for (const { service, file, opens } of openFiles)
      if (file.test(name) && opens(text(content) ?? ""))
        report.violation(path, `lets everybody into ${service}`);
}

function opened({ env, command, commandPath }: ContainerLike, report: Report): void {
  const said = texts(command).join(" ");
  for (const { service, env: variables = {}, args, words } of openDoors) {
    if (words?.test(said) === true) report.violation(commandPath, `lets everybody into ${service}`);
    for (const { name, value, from, path } of env) {
      const opens = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (opens === undefined || from !== "literal") continue;
      report.must(path, value, (known) => !opens.test(text(known) ?? ""), `lets everybody into ${service}`);
    }
    command.forEach((value, index) => {
      const one = text(value);
      if (one === undefined || args === undefined) return;
      const withNext = `${one}=${text(command[index + 1]) ?? "?"}`;
      if (args.test(one) || (!one.includes("=") && args.test(withNext)))
        report.violation(`${commandPath}[${index}]`, `lets everybody into ${service}`);
    });
  }
}

/** What is not known of a command is taken for a value, not for the flag that is missing: without it one cannot tell. */
function neverClosed({ env, command, commandPath, image, path }: ContainerLike, report: Report): void {
  const names = new Set(env.map(({ name }) => name));
  const args = command.map((one) => text(one) ?? "");
  for (const { runs, closed, found } of needDoors) {
    if (!runs(text(image) ?? "", args) || closed(names, args)) continue;
    const where = path === "" ? commandPath : path;
    if (command.some(isUnknown)) report.cannotTell(where);
    else report.violation(where, found);
  }
}
