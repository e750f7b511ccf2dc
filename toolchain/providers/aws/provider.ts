import { schemaDiff } from "../base/diff";
import {
  isProps,
  type Olds,
  type Props,
  type Provider,
  type ResourceType,
  type Value,
} from "../base/resource";
import { SdkTypes } from "./sdk-types";

const NOTICE =
  "AWS resources are previewed by this project's stand-in for the AWS plugin, which reaches no AWS: additions, changes " +
  "and deletions are shown as the program says them, replacements are not told from changes, nothing is validated by AWS";

/** Why an operation on AWS is refused. */
export function refusal(operation: string, token: string): Error {
  return new Error(
    `cannot ${operation} ${token}: this project's stand-in for the AWS plugin shows previews on networks that cannot ` +
      "reach the official one, and changes nothing\n" +
      "  fix: on a network that reaches get.pulumi.com: SEMBLANCE_PLUGINS=official npm run up",
  );
}

/**
 * The stand-in for Pulumi's AWS provider: any type, previews only.
 * @param program folder of the program, which is where the engine starts a plugin
 */
export function awsProvider(version: string, program = process.cwd()): Provider {
  const types = new SdkTypes(program);
  let noticed = false;
  const notice = (warn: (line: string) => void) => {
    if (!noticed) warn(NOTICE);
    noticed = true;
  };
  return {
    name: "aws",
    version,
    // Regions, credentials, endpoints: whatever the official one takes, since nothing is dialled.
    configSchema: "any",
    configure: () => Promise.resolve(),
    resources: {},
    resourceOf: (token) => ({ ...previewOnly(token, notice), outputTypes: () => types.outputsOf(token) }),
  };
}

function previewOnly(token: string, notice: (warn: (line: string) => void) => void): ResourceType {
  const refuse = (operation: string) => () => Promise.reject(refusal(operation, token));
  return {
    properties: "any",
    outputs: [],
    diff: (olds, news) => schemaDiff("any", withoutDefaults(olds.inputs), news),
    // What the program does not say it cannot know: outputs that are left out are unknown to it.
    previewCreate: (inputs, context) => {
      notice((line) => context.warn(line));
      return Promise.resolve(inputs);
    },
    previewUpdate: (_id, olds: Olds, news, context) => {
      notice((line) => context.warn(line));
      return Promise.resolve({ ...olds.state, ...news });
    },
    create: refuse("create"),
    read: refuse("read"),
    update: refuse("update"),
    delete: refuse("delete"),
  };
}

/** The inputs of a program, without what the official plugin filled in: it says what, under `__defaults`. */
export function withoutDefaults(inputs: Props): Props {
  const { __defaults: defaults, ...rest } = inputs;
  const filled = new Set(Array.isArray(defaults) ? defaults : []);
  const given = Object.entries(rest).filter(([key]) => !filled.has(key));
  return Object.fromEntries(given.map(([key, value]) => [key, within(value)]));
}

function within(value: Value): Value {
  if (Array.isArray(value)) return value.map(within);
  return isProps(value) ? withoutDefaults(value) : value;
}
