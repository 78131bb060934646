const DAY_MS = 86_400_000;

/** `2025-11-03`, in UTC. */
export function dateOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** ISO 8601: week 1 is the one with the year's first Thursday. `2025-W45`, in UTC. */
export function weekOf(time: Date): string {
  const weekday = (time.getUTCDay() + 6) % 7;
  const thursday = new Date(time.getTime() + (3 - weekday) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

export function daysBefore(time: Date, days: number): Date {
  return new Date(time.getTime() - days * DAY_MS);
}
