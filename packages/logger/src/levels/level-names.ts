/** The levels of the library and of pino, which are the same: warning is pino's warn, critical its fatal. */
export type LevelName = 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical' | 'warn' | 'fatal' | 'silent';

/** What one writes in `LOG_LEVEL`, in options and as the name of a method. */
export const levelValues: Readonly<Record<LevelName, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warning: 40,
  warn: 40,
  error: 50,
  critical: 60,
  fatal: 60,
  silent: Number.POSITIVE_INFINITY,
};

/** What an error message lists. */
export const levelList = 'trace, debug, info, warning, error, critical or silent';

/** The value of a name in any case; `undefined` for what is none. */
export function levelValueOf(name: unknown): number | undefined {
  if (typeof name !== 'string') return undefined;
  const key = name.trim().toLowerCase();
  return Object.hasOwn(levelValues, key) ? levelValues[key as LevelName] : undefined;
}

/** The library's name of a value; of one in between, that of the next lower level. */
export function levelNameOf(value: number): 'trace' | 'debug' | 'info' | 'warning' | 'error' | 'critical' {
  if (value >= 60) return 'critical';
  if (value >= 50) return 'error';
  if (value >= 40) return 'warning';
  if (value >= 30) return 'info';
  return value >= 20 ? 'debug' : 'trace';
}
