/** Bounds for minutes, hours and days. */
export const longTimes: readonly number[] = [0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];

/** Bounds for `ratio` and `percent`; `undefined` for other units. */
export function shares(unit: string | undefined): readonly number[] | undefined {
  if (unit !== 'ratio' && unit !== 'percent') return undefined;
  return scaled([0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1], unit === 'ratio' ? 1 : 100);
}

/** `steps` times 10^`from`, 10^(`from` + 1) and so on; the last bound is 10^`to`. */
export function decades(from: number, to: number, steps: readonly number[]): readonly number[] {
  const bounds: number[] = [];
  for (let exponent = from; exponent < to; exponent++)
    bounds.push(...steps.map((step) => exact(step * 10 ** exponent)));
  return [...bounds, 10 ** to];
}

export function scaled(bounds: readonly number[], factor: number): readonly number[] {
  return bounds.map((bound) => exact(bound * factor));
}

/** 0.035 * 1000 is 35.00000000000001, which would be written like that in every exposition. */
function exact(bound: number): number {
  return Number(bound.toPrecision(12));
}
