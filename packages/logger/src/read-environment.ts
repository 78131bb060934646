import { ConfigurationError, type Env, EnvironmentReader, Settings } from '@sightline/settings';
import { fieldRows } from '@sightline/settings/fields';
import { type LayoutName, loggerFields } from './fields.js';
import { type ParsedLevels, parseLevels } from './levels/parse-levels.js';

/** What the variables say, and what was wrong with them, in words. */
export interface ReadEnvironment {
  readonly levels: ParsedLevels;
  readonly layout: LayoutName | undefined;
  readonly file: string | undefined;
  readonly isProduction: boolean;
  readonly problems: readonly string[];
}

/** An empty variable counts as unset; a wrong one is as good as unset, and reported, or thrown with `SIGHTLINE_STRICT=true`. */
export function readEnvironment(env: Env): ReadEnvironment {
  const reader = new EnvironmentReader(env);
  const settings = new Settings();
  const found = fieldRows(loggerFields).map((row) => {
    const read = reader.read(row, row.sets);
    settings.pick(row.sets, [read], row.defaultText);
    return read?.value as string | undefined;
  });
  const problems = reader.problems(settings);
  if (problems.length > 0 && env['SIGHTLINE_STRICT']?.trim().toLowerCase() === 'true') {
    throw new ConfigurationError(reader.problems(), 'logger');
  }
  const [level, layout, file] = found;
  return {
    levels: parseLevels(level ?? '') ?? { levels: {} },
    layout: layout as LayoutName | undefined,
    file,
    isProduction: env['NODE_ENV']?.trim() === 'production',
    problems,
  };
}
