import { basename, extname, dirname as folderOf, join } from 'node:path';

/** A file that was rolled away: `app.2026-11-22.log` at the end of its day, `app.2026-11-22.3.log` because it was full. */
export interface RolledFile {
  readonly path: string;
  /** UTC, `2026-11-22`. */
  readonly day: string;
  /** Of those that were full, in order; `undefined` for that of the end of the day. */
  readonly number: number | undefined;
  readonly isCompressed: boolean;
}

/** The names that belong to one active file. Others in the folder are never touched. */
export interface RolledNames {
  readonly folder: string;
  path(day: string, number: number | undefined): string;
  /** @returns `undefined` for a file that is not one of these */
  parse(name: string): RolledFile | undefined;
}

/** @param path of the active file */
export function rolledNames(path: string): RolledNames {
  const folder = folderOf(path);
  const ending = extname(path);
  const stem = basename(path, ending);
  const pattern = new RegExp(`^${escaped(stem)}\\.(\\d{4}-\\d{2}-\\d{2})(?:\\.(\\d{1,9}))?${escaped(ending)}(\\.gz)?$`);
  return {
    folder,
    path: (day, number) => join(folder, `${stem}.${day}${number === undefined ? '' : `.${number}`}${ending}`),
    parse(name) {
      const match = pattern.exec(name);
      if (match === null || match[1] === undefined) return undefined;
      return {
        path: join(folder, name),
        day: match[1],
        number: match[2] === undefined ? undefined : Number(match[2]),
        isCompressed: match[3] !== undefined,
      };
    },
  };
}

/** The active file of the n-th process that writes to `path` at the same time: `app.log`, `app.p2.log`, … */
export function processPath(path: string, n: number): string {
  if (n === 1) return path;
  const ending = extname(path);
  return `${path.slice(0, path.length - ending.length)}.p${n}${ending}`;
}

/** The UTC day of a time in milliseconds. */
export function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
