import { readdirSync, unlinkSync } from 'node:fs';
import { dayOf, type RolledFile, type RolledNames } from './rolled-names.js';

/** How much is kept of what was rolled away. */
export interface Retention {
  /** Of the files that were full, the newest so many. */
  readonly keepFiles: number;
  /** Files of all kinds whose day is at most so many days ago. */
  readonly keepDays: number;
}

/** Deletes what is no longer kept. A file that cannot be deleted stays until the next time. */
export function applyRetention(names: RolledNames, { keepFiles, keepDays }: Retention, nowMs: number): void {
  const oldest = Number.isFinite(keepDays) ? dayOf(nowMs - keepDays * 86_400_000) : '';
  const files = rolledFiles(names);
  const full = files.filter(({ number }) => number !== undefined).sort(newestFirst);
  const tooMany = new Set(Number.isFinite(keepFiles) ? full.slice(keepFiles) : []);
  for (const file of files) {
    if (file.day >= oldest && !tooMany.has(file)) continue;
    try {
      unlinkSync(file.path);
    } catch {
      // Somebody else was faster, or may not.
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

function newestFirst(a: RolledFile, b: RolledFile): number {
  if (a.day !== b.day) return a.day < b.day ? 1 : -1;
  return (b.number ?? 0) - (a.number ?? 0);
}
