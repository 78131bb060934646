import { threeDigits } from './number.js';

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal: `118 MB` is 118 000 000 bytes. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return Number.isNaN(bytes) ? 'NaN' : bytes > 0 ? '∞' : '−∞';
  if (bytes < 0) return `−${formatBytes(-bytes)}`;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? Math.round(value) : threeDigits(value)}\u202f${units[unit]}`;
}
