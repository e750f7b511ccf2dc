// Quantities are spelt as the API server gives them back, so that no preview finds a difference in the spelling.

/** CPU cores as a quantity: `2`, `250m`. */
export function cores(amount: number): string {
  const milli = Math.round(amount * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Mebibytes as a quantity: `768Mi`, `2Gi`. */
export function mebibytes(amount: number): string {
  return binary(amount, ["Mi", "Gi", "Ti"]);
}

/** Gibibytes as a quantity: `20Gi`, `1Ti`. */
export function gibibytes(amount: number): string {
  return binary(amount, ["Gi", "Ti"]);
}

function binary(amount: number, [unit, ...larger]: readonly string[]): string {
  return amount > 0 && amount % 1024 === 0 && larger.length > 0
    ? binary(amount / 1024, larger)
    : `${amount}${unit ?? ""}`;
}
