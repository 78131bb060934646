import { levelValueOf } from './level-names.js';

/** The levels in `LOG_LEVEL`. */
export interface ParsedLevels {
  /** For everything that has no rule. */
  readonly level?: string | undefined;
  /** By name of a logger, for it and all below. */
  readonly levels: Readonly<Record<string, string>>;
}

/** Reads `info` or `info,collector.ws=debug`. @returns `undefined` if any part of it is wrong */
export function parseLevels(text: string): ParsedLevels | undefined {
  let level: string | undefined;
  const levels: Array<[string, string]> = [];
  for (const part of text.split(',')) {
    const trimmed = part.trim();
    if (trimmed === '') continue;
    const at = trimmed.lastIndexOf('=');
    const name = trimmed.slice(0, Math.max(0, at)).trim();
    const given = trimmed
      .slice(at + 1)
      .trim()
      .toLowerCase();
    if (levelValueOf(given) === undefined || (at >= 0 && name === '')) return undefined;
    if (at < 0 && level !== undefined) return undefined; // two levels for everything
    if (at < 0) level = given;
    else levels.push([name, given]);
  }
  return level === undefined && levels.length === 0 ? undefined : { level, levels: Object.fromEntries(levels) };
}
