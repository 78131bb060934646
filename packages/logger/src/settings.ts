import { type EnvironmentRow, fieldRows } from '@sightline/settings/fields';
import { loggerFields } from './fields.js';
import { type ParsedLevels, parseLevels } from './levels/parse-levels.js';

/** What a composition root has to know of the logger before it loads it. This entry loads nothing else. */
export const loggerSettings: {
  readonly environment: readonly EnvironmentRow[];
  /** Reads `LOG_LEVEL`; `undefined` for a value that is wrong. */
  parseLevels(text: string): ParsedLevels | undefined;
} = { environment: fieldRows(loggerFields), parseLevels };

export type { ParsedLevels };
