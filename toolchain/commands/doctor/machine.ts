import type { Settings } from "../../../components/config/schema";
import { imagesOf } from "../../../components/member-images";
import { membersOf } from "../../../components/topology";
import { check, collect, type Facts, type Scope } from "../../preflight";
import { bytes } from "../../terminal";
import { type Line, lineOf } from "./lines";

/** What the machine has to offer, and what of it stands in the way of the settings. */
export async function machineLines(scope: Scope, settings: Settings): Promise<Line[]> {
  const facts = await collect(scope);
  const findings = check(settings, facts, scope.stack).map(lineOf);
  const troubled = ({ what }: Line): boolean => findings.some((finding) => finding.what.startsWith(what));
  return [
    imagesLine(scope.missingImages, imagesOf(membersOf(settings)).length),
    ...goodNews(facts).filter((line) => !troubled(line)),
    ...findings,
  ];
}

function imagesLine(missing: readonly string[], count: number): Line {
  const what = "images";
  if (missing.length === 0) return { what, state: "ok", found: `all ${count} are there` };
  const found = `${missing.length} of ${count} are pulled or built: ${missing.join(", ")}`;
  return { what, state: "comes", found };
}

function goodNews({ disk, memory, ports }: Facts): Line[] {
  const lines: Line[] = ports.map(({ port, bind, state }) => {
    const found = state === "ours" ? "in use by this stack" : `free on ${bind}`;
    return { what: `port ${port}`, state: "ok", found };
  });
  if (disk !== undefined) {
    lines.unshift({ what: "disk", state: "ok", found: `${bytes(disk.freeBytes)} free in ${disk.path}` });
  }
  if (memory !== undefined) {
    const found = `${bytes(memory.availableBytes)} available of ${bytes(memory.totalBytes)}`;
    lines.unshift({ what: "memory", state: "ok", found });
  }
  return lines;
}
