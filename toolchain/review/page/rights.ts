import { type Facts, isWide, type Right, type RightsChange } from "../facts";
import { type Place, section, sums } from "./facts";
import { fit } from "./section";
import { cut } from "./text";

/** Who may do what: a line for what somebody may do with things of one place; what is wide comes first. */
export function rightsSection({ rights }: Facts, place: Place): string {
  const { gained, lost, denied, undenied, unread } = rights;
  const lines = [
    ...sentences(gained, "may").map((line) => `+ ${line}`),
    ...sentences(undenied, "is no longer refused to").map((line) => `+ ${line}`),
    ...sentences(lost, "may no longer").map((line) => `- ${line}`),
    ...sentences(denied, "is refused to").map((line) => `- ${line}`),
    ...unread.map((one) => `! ${one}: look there`),
  ];
  return section("Rights", lines, summary(rights), place);
}

const summary = ({ gained, lost, denied, undenied }: RightsChange): string =>
  [
    sums(gained.length, lost.length),
    ...(denied.length > 0 ? [`${denied.length} refused`] : []),
    ...(undenied.length > 0 ? [`${undenied.length} no longer refused`] : []),
  ].join(", ");

/** Room for the actions and for the things of one line: who it is about must be read in any case. */
const ROOM = { actions: 160, things: 600 } as const;

/** What one holder may do with one thing, or with several in the same way. */
interface Sentence {
  readonly of: Right;
  readonly actions: readonly string[];
  readonly things: readonly string[];
  readonly wide: boolean;
}

function sentences(rights: readonly Right[], verb: string): string[] {
  const byThing = merged(
    rights.map((of) => ({ of, actions: [of.may], things: [of.on], wide: isWide(of) })),
    ({ of }) => [of.system, of.who, of.on, of.when],
  );
  const all = merged(byThing, ({ of, actions, wide }) => [
    of.system,
    of.who,
    of.when,
    actions.join(),
    placeOf(of.on),
    String(wide),
  ]);
  return [...all.filter(({ wide }) => wide), ...all.filter(({ wide }) => !wide)].map(
    ({ of, actions, things, wide }) => {
      const place = placeOf(of.on);
      const names = things.map((thing) => thing.slice(0, thing.length - place.length));
      const object = of.on === "" ? "" : ` on ${listed(names, ROOM.things)}${place}`;
      const condition = of.when === "" ? "" : `, when ${of.when}`;
      return `${of.system}: ${of.who} ${verb} ${listed(actions, ROOM.actions)}${object}${condition}${wide ? "  ← wide" : ""}`;
    },
  );
}

/** Things of a cluster are in a namespace, which many lines have in common. */
const placeOf = (on: string): string => / in [^ ]+$| in the whole cluster$/.exec(on)?.[0] ?? "";

/** Sentences with the same key as one, with all actions and things of them. */
function merged(list: readonly Sentence[], keyOf: (one: Sentence) => readonly string[]): Sentence[] {
  const groups = new Map<string, Sentence>();
  for (const one of list) {
    const key = keyOf(one).join("\u0000");
    const group = groups.get(key);
    groups.set(key, group === undefined ? one : joined(group, one));
  }
  return [...groups.values()];
}

const joined = (one: Sentence, other: Sentence): Sentence => ({
  of: one.of,
  actions: [...new Set([...one.actions, ...other.actions])],
  things: [...new Set([...one.things, ...other.things])],
  wide: one.wide || other.wide,
});

function listed(words: readonly string[], room: number): string {
  const { text, dropped } = fit(
    words.map((one) => cut(one, room - 20)),
    room,
    ", ",
  );
  return dropped === 0 ? text : `${text} and ${dropped} more`;
}
