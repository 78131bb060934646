/** A stretch of time in which a counter grows evenly. */
export interface Phase {
  readonly minutes: number;
  readonly perMinute: number;
  /** The process restarts when it begins: the counter starts from 0. */
  readonly isRestart?: boolean | undefined;
  /** Nothing is scraped. */
  readonly isDown?: boolean | undefined;
  /** A scrape succeeds every so many minutes. Default 1. */
  readonly everyMinutes?: number | undefined;
}

/** The samples of a counter, one a minute from 0 on, in the notation of `promtool`. */
export function counterValues(phases: readonly Phase[]): string {
  let value = 0;
  const parts = ['0'];
  for (const { minutes, perMinute, isRestart, isDown, everyMinutes = 1 } of phases) {
    if (minutes === 0) continue;
    if (isDown === true) {
      parts.push('stale', ...(minutes > 1 ? [`_x${minutes - 1}`] : []));
      continue;
    }
    if (isRestart === true) value = 0;
    if (everyMinutes > 1) {
      for (let minute = everyMinutes; minute <= minutes; minute += everyMinutes) {
        parts.push(`_x${everyMinutes - 1}`, sampleText(value + perMinute * minute));
      }
      value += perMinute * minutes;
      continue;
    }
    const first = value + perMinute;
    // Without "+0": promtool reads "5x3" as the value 5, four times.
    parts.push(minutes === 1 ? sampleText(first) : `${sampleText(first)}+${sampleText(perMinute)}x${minutes - 1}`);
    value += perMinute * minutes;
  }
  return parts.join(' ');
}

/** A gauge that stays at `value`. */
export function gaugeValues(value: number, minutes: number): string {
  return `${sampleText(value)}+0x${minutes}`;
}

/** promtool takes no exponents. */
function sampleText(value: number): string {
  const rounded = Number(value.toPrecision(12));
  if (Math.abs(rounded) < 1e-9) return '0';
  const text = String(rounded);
  if (!text.includes('e')) return text;
  return rounded >= 1 ? String(BigInt(rounded)) : rounded.toFixed(20).replace(/\.?0+$/, '');
}
