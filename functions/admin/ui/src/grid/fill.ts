// The fill handle and Ctrl+D, Ctrl+R: what is pulled over further cells.

const DAY = 86_400_000;

/**
 * What a line of cells becomes when it is pulled on by `count` cells. Numbers and dates that step evenly go on stepping
 * (as Excel does from two cells on); everything else is repeated.
 */
export function continued(values: readonly string[], kind: "number" | "date" | "other", count: number, back = false): string[] {
  const source = back ? [...values].reverse() : [...values];
  const step = values.length > 1 && kind !== "other" ? evenly(source, kind) : undefined;
  if (step === undefined || kind === "other") return Array.from({ length: count }, (_, at) => source[at % source.length] ?? "");
  const last = toNumber(source.at(-1) ?? "", kind);
  return Array.from({ length: count }, (_, at) => fromNumber(last + step * (at + 1), kind));
}

function evenly(values: readonly string[], kind: "number" | "date"): number | undefined {
  const numbers = values.map((value) => toNumber(value, kind));
  const step = (numbers[1] ?? Number.NaN) - (numbers[0] ?? Number.NaN);
  const even = numbers.every((value, at) => at === 0 || Math.abs(value - (numbers[at - 1] ?? 0) - step) < 1e-9);
  return even && Number.isFinite(step) ? step : undefined;
}

function toNumber(value: string, kind: "number" | "date"): number {
  if (value === "") return Number.NaN;
  return kind === "date" ? Date.parse(`${value}T00:00:00Z`) / DAY : Number(value);
}

function fromNumber(value: number, kind: "number" | "date"): string {
  if (kind === "date") return new Date(value * DAY).toISOString().slice(0, 10);
  // 0.1 + 0.2 is 0.3 for people.
  return String(Number(value.toFixed(9)));
}
