import type { Alert } from "../../components/services/prometheus/rules";

/** What Grafana puts in the place of its variables: about what a picture of the last three hours has. */
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: "5m",
  $__interval: "1m",
  $__auto: "5m",
  $__range: "3h",
};

/** A query as a server understands it. */
export function withoutVariables(expr: string): string {
  const text = Object.entries(VARIABLES).reduce((all, [name, value]) => all.replaceAll(name, value), expr);
  const left = /\$\w+|\$\{[^}]*\}/.exec(text);
  if (left !== null) throw new Error(`nobody knows ${left[0]} in ${expr}`);
  return text;
}

const KEYWORDS = new Set(["and", "or", "unless", "bool", "offset", "atan2", "inf", "nan"]);

/** The selectors of a PromQL expression, such as `up{job="minio"}`, without ranges. */
export function selectorsOf(expr: string): string[] {
  const clauses = /\b(?:by|without|on|ignoring|group_left|group_right)\s*(?:\([^)]*\))?/g;
  const token =
    /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|([a-zA-Z_:][\w:]*)\s*(\(|\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?|\d[\w.]*/g;
  return [...expr.replaceAll(clauses, " ").matchAll(token)].flatMap(([, name, next = ""]) => {
    if (name === undefined || next === "(" || KEYWORDS.has(name.toLowerCase())) return [];
    return [`${name}${next}`];
  });
}

/**
 * What must have been seen for an alert to be able to fire: its selectors, without the conditions that choose the bad ones
 * among many, such as `code=~"5.."`, and without metrics that begin with the first failure.
 */
export function prerequisitesOf({ expr, beginsWithFailure = [] }: Alert): string[] {
  const selectors = selectorsOf(expr).map((selector) => {
    const [name = "", matchers = ""] = selector.split(/\{(.*)\}$/s);
    const kept = [...matchers.matchAll(/(\w+)(=~|!~|!=|=)("(?:[^"\\]|\\.)*")/g)]
      .filter(([, , operator]) => operator === "=")
      .map(([whole]) => whole);
    return { name, text: kept.length === 0 ? name : `${name}{${kept.join(",")}}` };
  });
  return [
    ...new Set(selectors.filter(({ name }) => !beginsWithFailure.includes(name)).map(({ text }) => text)),
  ];
}
