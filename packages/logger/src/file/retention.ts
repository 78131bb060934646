import { readdirSync, unlinkSync } from 'node:fs';
import type { RolledFile, RolledNames } from './rolled-names.js';

/** How much is kept of what was rolled away. */
export interface Retention {
  /** Of the files that were full, the newest so many. */
  readonly keepFiles: number;
  /** Of the days before that of the active file which have files, the newest so many, with files of all kinds. */
  readonly keepDays: number;
}

/**
 * Deletes what is no longer kept. It goes by the order of the files and not by the time: a clock that jumps makes no file old.
 * A file that cannot be deleted stays until the next time.
 *
 * @param today the day of the active file. Files of days behind it were written while the clock was ahead: they count as the oldest,
 *   so that they do not push out what follows.
 * @param atMost `oneRoll` deletes what one roll makes superfluous: a full file and a day
 */
export function applyRetention(
  names: RolledNames,
  { keepFiles, keepDays }: Retention,
  today: string,
  atMost: 'oneRoll' | 'all',
): void {
  const files = rolledFiles(names).sort((a, b) => newestFirst(a, b, today));
  const full = files.filter(({ number }) => number !== undefined).slice(keepFiles);
  const days = [...new Set(files.map(({ day }) => day))].filter((day) => day !== today).slice(keepDays);
  const superfluous = new Set(atMost === 'all' ? full : full.slice(-1));
  const endedDays = new Set(atMost === 'all' ? days : days.slice(-1));
  for (const file of files) {
    if (!superfluous.has(file) && !endedDays.has(file.day)) continue;
    try {
      unlinkSync(file.path);
    } catch {
      // Another process was faster, or it is not permitted.
    }
  }
}

export function rolledFiles(names: RolledNames): RolledFile[] {
  try {
    return readdirSync(names.folder).flatMap((name) => names.parse(name) ?? []);
  } catch {
    return [];
  }
}

function newestFirst(a: RolledFile, b: RolledFile, today: string): number {
  const isAhead = a.day > today;
  if (isAhead !== b.day > today) return isAhead ? 1 : -1;
  if (a.day !== b.day) return a.day < b.day ? 1 : -1;
  return (b.number ?? 0) - (a.number ?? 0);
}
