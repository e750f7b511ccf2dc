import Table from "cli-table3";

const NO_BORDERS = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid", "middle"].flatMap((side) =>
    ["", "-mid", "-left", "-right"].map((part) => [`${side}${part}`, ""]),
  ),
);

/** Rows under a header, columns aligned, without borders: reads well on a terminal, in a log and in `grep`. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  paintHeader: (text: string) => string,
): string {
  const grid = new Table({
    head: header.map(paintHeader),
    style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
    chars: { ...NO_BORDERS, middle: "" },
  });
  for (const row of rows) grid.push([...row]);
  return grid
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}
