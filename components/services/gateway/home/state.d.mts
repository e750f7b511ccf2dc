export type State = "ready" | "starting" | "down" | "unknown";
export interface Facts {
  up?: number;
  last_down?: number;
  last_up?: number;
  first_seen?: number;
}
export interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: { readonly service: string; readonly fact: string };
      readonly value: readonly [number, string];
    }[];
  };
}
export function factsOf(answer: Answer): Map<string, Facts>;
export function stateOf(
  facts: Facts | undefined,
  now: number,
): { readonly state: State; readonly since?: number };
export function spell(seconds: number): string;
export function describe(
  state: { readonly state: State; readonly since?: number },
  now: number,
): { readonly word: string; readonly duration: string };
export function summarise(states: readonly State[]): { readonly mood: State; readonly text: string };
