/**
 * Providers that only pretend: a commit is "brought up" by them for a review, so that another can be compared with it where
 * nothing is deployed and nothing can be reached.
 */
import { schemaDiff } from "./diff";
import { isMadeUp, madeUpId, withMadeUp } from "./made-up";
import { previewOfCreate, previewOfUpdate } from "./previews";
import type { Props, Provider, ResourceType } from "./resource";
import { UNKNOWN } from "./value";

/**
 * The provider, without the outside: a create gives what its preview tells, and makes up the rest. Its own rules (Check, Diff)
 * hold as ever. What it would dial is unknown to it, so that it dials nothing, in previews neither.
 */
export function pretending(provider: Provider): Provider {
  if (provider.pure === true) return provider;
  const unknown: Props = Object.fromEntries((provider.dials ?? []).map((name) => [name, UNKNOWN]));
  return {
    ...withTypes(provider, pretended),
    configure: (config) => provider.configure({ ...config, ...unknown }),
  };
}

/** The provider, with a refusal of what another one has only pretended to make: it is not there. */
export function refusingMadeUp(provider: Provider): Provider {
  return provider.pure === true ? provider : withTypes(provider, forReal);
}

function withTypes(provider: Provider, change: (type: ResourceType) => ResourceType): Provider {
  const { resourceOf } = provider;
  const entries = Object.entries(provider.resources).map(([token, type]) => [token, change(type)] as const);
  return {
    ...provider,
    resources: Object.fromEntries(entries),
    ...(resourceOf === undefined
      ? {}
      : {
          resourceOf: (token) => {
            const type = resourceOf(token);
            return type && change(type);
          },
        }),
  };
}

/** No function of the type that reaches outside is left in it. */
function pretended(type: ResourceType): ResourceType {
  const inputs = type.properties === "any" ? {} : type.properties;
  const whole = (state: Props, urn: string): Props =>
    withMadeUp(state, { ...inputs, ...type.outputTypes?.() }, urn);
  return {
    ...type,
    diff: (olds, news) => {
      own(olds.id);
      return type.diff?.(olds, news) ?? schemaDiff(type.properties, olds.inputs, news);
    },
    create: async (inputs, context) => ({
      id: madeUpId(context.urn),
      state: whole(await previewOfCreate(type, inputs, context), context.urn),
    }),
    read: (id, { inputs, state }, { urn }) => Promise.resolve({ id, inputs, state: whole(state, urn) }),
    ...(type.update && {
      update: async (id, olds, news, context) => {
        own(id);
        return whole(await previewOfUpdate(type, id, olds, news, context), context.urn);
      },
    }),
    delete: async (id) => own(id),
  };
}

function own(id: string): void {
  if (isMadeUp(id)) return;
  throw new Error(
    `resource "${id}" is a real one, and this provider only pretends: it is there for reviews, in a state of its own\n` +
      "  fix: unset SEMBLANCE_PRETEND and PULUMI_HOME, and run the command again",
  );
}

function forReal(type: ResourceType): ResourceType {
  return {
    ...type,
    diff: (olds, news) => {
      real(olds.id);
      return type.diff?.(olds, news) ?? schemaDiff(type.properties, olds.inputs, news);
    },
    read: async (id, olds, context) => {
      real(id);
      return type.read(id, olds, context);
    },
    delete: async (id, olds, context) => {
      real(id);
      return type.delete(id, olds, context);
    },
  };
}

function real(id: string): void {
  if (!isMadeUp(id)) return;
  throw new Error(
    `resource "${id}" was never made: this state was written by a review, whose providers only pretend\n` +
      "  fix: select the backend of the real stack (npm run env prints the default one)",
  );
}
