import type { Report, StackView } from "../../core/rule";
import { text, type Value } from "../../core/value";
import { type Settings, settingsOf } from "../../models/settings";
import { type Server, serversOf, type Software } from "../../models/software";

/** What a server must be told. */
export interface Demand {
  /** In lower case. */
  readonly key: string;
  readonly passes: (value: string) => boolean;
  /** As in: "does not set ssl to on". */
  readonly found: string;
  /** Whether it may be left out, since the server's own default is right. @default false */
  readonly optional?: boolean;
}

/** Whether a text says yes, in any of the ways in which servers take it. */
export const saysYes = (value: string): boolean => ["on", "true", "yes", "1"].includes(value.toLowerCase());

/** Judges every server of a kind by the same demands. */
export function demand(
  software: Software,
  demands: readonly Demand[],
  stack: StackView,
  report: Report,
  more?: (server: Server, settings: Settings) => void,
): void {
  for (const server of serversOf(stack, software)) {
    const settings = settingsOf(server, software);
    for (const one of demands) judge(one, server, settings, software, report);
    more?.(server, settings);
  }
}

function judge(
  { key, passes, found, optional = false }: Demand,
  server: Server,
  settings: Settings,
  { title }: Software,
  report: Report,
): void {
  const setting = settings.known.get(key);
  if (setting !== undefined) {
    const test = (value: Value): boolean => passes(text(value) ?? "");
    const { path, value, resource } = setting;
    return report.must(`${path} (${key})`, value, test, `of ${title} ${found}`, resource);
  }
  if (optional) return;
  const where = server.path === "" ? key : `${server.path} (${key})`;
  if (settings.more) report.cannotTell(where, server.resource);
  else report.violation(where, `of ${title} is not set: it ${found}`, server.resource);
}
