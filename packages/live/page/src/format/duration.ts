import { threeDigits } from './number.js';

const space = '\u202f';

/** `840 µs`, `12.3 ms`, `1.2 s`, `3 min 20 s`, `5 h 12 min`, `2 d 3 h`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return Number.isNaN(ms) ? 'NaN' : ms > 0 ? '∞' : '−∞';
  if (ms < 0) return `−${formatDuration(-ms)}`;
  if (ms === 0) return `0${space}ms`;
  if (ms < 0.000_999_5) return `${threeDigits(ms * 1e6)}${space}ns`;
  if (ms < 0.9995) return `${threeDigits(ms * 1000)}${space}µs`;
  if (ms < 999.5) return `${threeDigits(ms)}${space}ms`;
  if (ms < 59_950) return `${threeDigits(ms / 1000)}${space}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return joined(Math.floor(seconds / 60), 'min', seconds % 60, 's');
  const minutes = Math.round(ms / 60_000);
  if (minutes < 24 * 60) return joined(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
  const hours = Math.round(ms / 3_600_000);
  return joined(Math.floor(hours / 24), 'd', hours % 24, 'h');
}

/** `200ms`, `1.5s`, `2m`, `1h` in milliseconds; a number alone is milliseconds. `undefined` for anything else. */
export function parseDuration(text: string): number | undefined {
  const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?|\.\d+)\s*(ns|us|µs|ms|s|m|min|h)?$/.exec(text.trim()) ?? [];
  const factor = factors[unit as keyof typeof factors];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

const factors = { ns: 1e-6, us: 1e-3, µs: 1e-3, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 };

function joined(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const first = `${large}${space}${largeUnit}`;
  return small === 0 ? first : `${first} ${small}${space}${smallUnit}`;
}
