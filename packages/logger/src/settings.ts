import { effectiveOptions, type OptionReading } from '@sightline/settings';
import { type PackageSettings, type ResolvedOf, rowsOf, settingsOf } from '@sightline/settings/fields';
import { type LoggerOptions, loggerFields } from './fields.js';
import { type ParsedLevels, parseLevels } from './levels/parse-levels.js';

type Resolved = ResolvedOf<typeof loggerFields>;

/** What a composition root has to know of the logger before it loads it. This entry loads nothing else. */
export const loggerSettings: PackageSettings<LoggerOptions, Resolved> & {
  /** Reads `LOG_LEVEL`; `undefined` for a value that is wrong. */
  parseLevels(text: string): ParsedLevels | undefined;
  /**
   * The options from code, environment and defaults. Level and layout are left out if none of these says them: destinations may ask for
   * more, and a terminal for lines that people can read.
   * @param names those that may be given. Default: all
   */
  effective(given: GivenOptions, reading: OptionReading, names?: readonly string[]): LoggerOptions;
} = {
  ...settingsOf('logger', 'createLogger', loggerFields, checked),
  parseLevels,
  effective({ code = {}, defaults = {} }, reading, optionNames = loggerSettings.optionNames) {
    const merged: LoggerOptions = effectiveOptions(
      { ...loggerSettings, optionNames, name: 'logger', code, defaults },
      reading,
    );
    const text = reading.environment.read(levelRow, 'logger.level')?.value;
    const inEnvironment = text === undefined ? undefined : parseLevels(text);
    const { level = defaults.level, levels = {} } = (inEnvironment ?? {}) as Pick<LoggerOptions, 'level' | 'levels'>;
    const isLayoutChosen = reading.settings.get('logger.layout')?.source !== 'default';
    return {
      ...merged,
      level: code.level ?? level,
      layout: isLayoutChosen ? merged.layout : undefined,
      levels: { ...defaults.levels, ...levels, ...code.levels },
    };
  },
};

interface GivenOptions {
  readonly code?: LoggerOptions | undefined;
  readonly defaults?: LoggerOptions | undefined;
}

const levelRow = rowsOf('level', loggerFields.level).LOG_LEVEL;

function checked(options: Resolved): Resolved {
  if (options.destination === undefined || options.transport === undefined) return options;
  throw new Error('[logger] destination and transport are both given. Give one of them.');
}

export type { ParsedLevels };
