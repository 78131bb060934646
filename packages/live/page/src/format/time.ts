// Times are shown in the time zone of the reader.

/** `12:41:07.204` */
export function formatClock(ms: number): string {
  const time = new Date(ms);
  return `${formatSeconds(ms)}.${String(Math.floor(time.getMilliseconds())).padStart(3, '0')}`;
}

/** `12:41:07` */
export function formatSeconds(ms: number): string {
  const time = new Date(ms);
  return [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':');
}

/** `12:41` */
export function formatMinutes(ms: number): string {
  const time = new Date(ms);
  return [time.getHours(), time.getMinutes()].map(twoDigits).join(':');
}

/** `2026-09-01 12:41:07`, or only the time if it is of the same day as `nowMs`. */
export function formatMoment(ms: number, nowMs: number): string {
  const time = new Date(ms);
  const day = `${time.getFullYear()}-${twoDigits(time.getMonth() + 1)}-${twoDigits(time.getDate())}`;
  const isToday = new Date(nowMs).toDateString() === time.toDateString();
  return isToday ? formatSeconds(ms) : `${day} ${formatSeconds(ms)}`;
}

/** With date and zone, for a title. `unknown time` for what is none. */
export function formatFull(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? 'unknown time' : time.toISOString();
}

/** `15 min`, `90 s`: a parameter `last` for readers. */
export function formatRange(last: string): string {
  const [, amount, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(last) ?? [];
  return amount === undefined ? last : `${amount}\u202f${unit === 'm' ? 'min' : unit}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}
