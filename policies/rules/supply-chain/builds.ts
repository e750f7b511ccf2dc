import { resourceRule } from "../../core/rule";
import { at, entries, isMissing, text, type Value } from "../../core/value";
import { harmless, namesSecret, secretIn } from "../secrets/looks";
import { remoteImage } from "./references";

const image = "docker:index/image:Image";
const registryImage = "docker:index/registryImage:RegistryImage";
const buildImage = "docker-build:index:Image";

/** Where a kind of resource keeps what a build is given. */
interface Build {
  readonly path: string;
  readonly context: string;
  readonly args: string;
  readonly platform: string;
  readonly remote?: string;
}

const builds: Readonly<Record<string, Build>> = {
  [image]: { path: "build", context: "context", args: "args", platform: "platform" },
  [remoteImage]: {
    path: "build",
    context: "context",
    args: "buildArgs",
    platform: "platform",
    remote: "remoteContext",
  },
  [registryImage]: {
    path: "build",
    context: "context",
    args: "buildArgs",
    platform: "platform",
    remote: "remoteContext",
  },
  [buildImage]: { path: "", context: "context.location", args: "buildArgs", platform: "platforms" },
};

/** A folder of somebody else's: Git and plain downloads, by a scheme or in Docker's short form. */
const REMOTE = /^((https?|git|ssh):\/\/|git@|github\.com\/)/i;

/** Images that the program builds. */
export const buildInputs = resourceRule({
  name: "sc-06-build-inputs",
  group: "supply-chain",
  severity: "medium",
  summary:
    "Builds of images take no secret as an argument, say their platform, and use a folder of this repository.",
  why: "Build arguments stay readable in the image's history; a build without a platform makes what the machine at hand is; a foreign folder can change between two builds.",
  fix: "Hand over secrets as build secrets, set platform (linux/amd64), and build from a folder that is checked in.",
  maps: ["CIS-Docker-4.10"],
  unknown: "cannot tell",
  bad: `new docker.Image("web", { imageName, build: { context: "https://github.com/acme/web.git", args: { NPM_TOKEN: token } } });`,
  good: `new docker.Image("web", { imageName, build: { context: "./web", platform: "linux/amd64" } });`,
  types: Object.keys(builds),
  check({ type, props }, report) {
    const build = builds[type];
    if (build === undefined) return;
    const here: Value = build.path === "" ? props : props[build.path];
    // An image that is built elsewhere.
    if (build.path !== "" && type !== image && isMissing(here)) return;
    const path = (name: string): string => (build.path === "" ? name : `${build.path}.${name}`);
    const inside = (name: string): Value => at(here, ...name.split("."));
    for (const [name, value] of entries(inside(build.args))) {
      const given = text(value);
      if (namesSecret(name) && !harmless(given ?? "?"))
        report.violation(`${path(build.args)}.${name}`, "is a secret as a build argument");
      else if (given !== undefined && secretIn(given) !== undefined)
        report.violation(`${path(build.args)}.${name}`, "holds a secret");
    }
    for (const name of [build.context, ...(build.remote === undefined ? [] : [build.remote])])
      report.must(
        path(name),
        inside(name),
        (context) => !REMOTE.test(text(context) ?? ""),
        "is a folder of somebody else's",
      );
    report.must(
      path(build.platform),
      inside(build.platform),
      (platform) => !isMissing(platform),
      "is missing",
    );
  },
});
