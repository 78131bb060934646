import { type LoggerEnvironmentRow, loggerEnvironment } from './environment.js';
import { levelList } from './levels/level-names.js';
import { type ParsedLevels, parseLevels } from './levels/parse-levels.js';

/** What a composition root has to know of the logger before it loads it. This entry loads nothing else. */
export const loggerSettings: {
  readonly environment: readonly LoggerEnvironmentRow[];
  /** Reads a value of the type `log levels`; `undefined` for one that is wrong. */
  parseLevels(text: string): ParsedLevels | undefined;
  /** What such a value may be, in words, after "is not". */
  readonly allowedLevels: string;
} = {
  environment: loggerEnvironment,
  parseLevels,
  allowedLevels: `${levelList}, or a list such as info,collector.ws=debug`,
};

export type { LoggerEnvironmentRow, ParsedLevels };
