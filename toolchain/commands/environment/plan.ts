import { settingsSchema, type Settings } from "../../../components/config/schema";
import { UserError } from "../../errors";
import type { StackFile } from "../stack/stack-file";
import { SETTINGS } from "./render";
import { freePorts, freeRange } from "./room";
import type { KnownStack } from "./stacks";

/** What is asked for. */
export interface Wish {
  readonly name: string;
  /** Stack whose settings are the model. */
  readonly like: string | undefined;
  readonly target: Settings["target"] | undefined;
  readonly secretsProvider: string | undefined;
}

/** A file to be written, and what somebody must put in before `up`. */
export interface Plan {
  readonly title: string;
  readonly file: StackFile;
  readonly open: readonly string[];
}

type Values = Readonly<Record<string, unknown>>;

/** What a stack of each target starts from where no other is its model. The examples are for somebody to replace. */
const MODELS: Readonly<Record<Settings["target"], Values>> = {
  docker: { target: "docker", profile: "core" },
  kubernetes: {
    target: "kubernetes",
    profile: "full",
    domain: "semblance.example.com",
    edge: { httpsPort: 443, httpPort: 80 },
    images: { registry: "registry.example.com/semblance" },
  },
  aws: {
    target: "aws",
    profile: "full",
    domain: "semblance.example.com",
    edge: { httpsPort: 443, httpPort: 80 },
    aws: {
      accountId: "123456789012",
      region: "us-east-1",
      cluster: { administrators: ["arn:aws:iam::123456789012:role/platform"] },
    },
  },
};

const PLACES: Readonly<Record<Settings["target"], string>> = {
  docker: "on one Docker host.",
  kubernetes:
    "on the Kubernetes cluster of a kubeconfig. docs/kubernetes.md says what to set before `npm run up`.",
  aws: "in AWS. docs/aws.md says what to set before `npm run up`; a preview needs no credentials.",
};

/** First line of a stack's file. */
export const titleOf = (name: string, target: Settings["target"]): string =>
  `Stack \`${name}\`: the platform ${PLACES[target]}`;

/** Plans a stack that has room beside the others. @throws UserError when it cannot be */
export function planned(wish: Wish, others: readonly KnownStack[]): Plan {
  const model = modelOf(wish, others);
  const neighbours = others.flatMap(({ settings }) => settings ?? []);
  const settings = settingsSchema.parse(model);
  const own = settled(wish.name, model, settings, neighbours);
  const by = wish.secretsProvider === undefined ? {} : { secretsprovider: wish.secretsProvider };
  return {
    title: titleOf(wish.name, settings.target),
    file: { ...by, config: { [SETTINGS]: own } },
    open: openPoints(own),
  };
}

function modelOf({ like, target, name }: Wish, others: readonly KnownStack[]): Values {
  if (like === undefined) return MODELS[target ?? "docker"];
  const model = others.find((stack) => stack.name === like);
  const names = others.filter(({ settings }) => settings !== undefined).map((stack) => stack.name);
  if (model?.settings === undefined)
    throw new UserError(
      `--like: found "${like}", ${model === undefined ? "which has no file" : "whose file has errors"}; allowed: ${names.join(", ")}`,
      model === undefined ? undefined : `npm run environment -- check ${like}`,
    );
  if (target !== undefined && target !== model.settings.target)
    throw new UserError(
      `--like ${like} is a stack with target ${model.settings.target}, and --target says ${target}`,
      `npm run environment -- add ${name} --target ${target}`,
    );
  const values = model.file.config?.[SETTINGS];
  return isValues(values) ? values : {};
}

/** The model with what must be the stack's own: its domain, and ports, ranges and names that no other has. */
function settled(name: string, model: Values, settings: Settings, others: readonly Settings[]): Values {
  const own = { ...model, domain: domainFor(name, settings.domain) };
  if (settings.target === "docker") {
    const { httpsPort, httpPort } = freePorts(others);
    const subnets = freeRange(
      settingsSchema.parse({}).subnets,
      others.filter(({ target }) => target === "docker").map((one) => one.subnets),
    );
    return { ...own, edge: { ...valuesIn(model, "edge"), httpsPort, httpPort }, subnets };
  }
  if (settings.target === "kubernetes") return own;
  const aws = valuesIn(model, "aws");
  const networks = others.filter(({ target }) => target === "aws").map((one) => one.aws.network.cidr);
  const network =
    settings.aws.network.existing === undefined
      ? { network: { ...valuesIn(aws, "network"), cidr: freeRange(settings.aws.network.cidr, networks) } }
      : {};
  return { ...own, aws: { ...aws, name: awsName(name, settings.aws.name), ...network } };
}

/** `semblance.example.com` becomes `semblance-lab.example.com`: below it would be the names of the other stack's pages. */
function domainFor(name: string, domain: string): string {
  const [first = "semblance", ...rest] = domain.split(".");
  return [`${first}-${name}`, ...rest].join(".");
}

/** Longest that the names in AWS can start with (components/platforms/aws/settings.ts). */
const LONGEST_AWS_PREFIX = 18;

/** The model's name where it fits, or a shorter one. */
function awsName(stack: string, name: string): string {
  const fits = [name, "semblance", "sem"].find((one) => `${one}-${stack}`.length <= LONGEST_AWS_PREFIX);
  if (fits !== undefined) return fits;
  throw new UserError(
    `NAME: found "${stack}"; allowed with target aws: at most ${LONGEST_AWS_PREFIX - "sem-".length} characters, since the longest names in AWS start with it`,
    "take a shorter name",
  );
}

/** Values of the models that are nobody's. */
function openPoints(values: Values): string[] {
  const aws = valuesIn(values, "aws");
  const examples: readonly (readonly [path: string, value: unknown, example: RegExp])[] = [
    ["domain", values["domain"], /(^|\.)example\.com$/],
    ["images.registry", valuesIn(values, "images")["registry"], /example\.com/],
    ["aws.accountId", aws["accountId"], /^123456789012$/],
    ["aws.cluster.administrators", valuesIn(aws, "cluster")["administrators"], /:123456789012:/],
  ];
  return examples.flatMap(([path, value, example]) =>
    value !== undefined && example.test(String(value)) ? [`${path} (now ${JSON.stringify(value)})`] : [],
  );
}

const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null;

function valuesIn(values: Values, key: string): Values {
  const value = values[key];
  return isValues(value) ? value : {};
}
