import { ConfigurationError, EnvironmentReader, processRows, Settings } from '@sightline/settings';
import { processEnvironment } from './env.js';
import type { LoggerOptions } from './fields.js';
import { loggerSettings } from './settings.js';

/** The options with what the variables say, and what was wrong with these, in words. */
export interface ReadEnvironment {
  readonly options: LoggerOptions;
  readonly isProduction: boolean;
  readonly problems: readonly string[];
}

/** An empty variable counts as unset; a wrong one is as good as unset, and reported, or thrown with `SIGHTLINE_STRICT=true`. */
export function readEnvironment(code: LoggerOptions): ReadEnvironment {
  const { env = processEnvironment() } = code;
  const environment = new EnvironmentReader(env);
  const settings = new Settings();
  const options = loggerSettings.effective({ code }, { environment, settings, problems: [] });
  const problems = environment.problems(settings);
  const isStrict = environment.read(processRows.strict, 'strict')?.value === true;
  if (problems.length > 0 && isStrict) throw new ConfigurationError(environment.problems(), 'logger');
  return { options, isProduction: env['NODE_ENV']?.trim() === 'production', problems };
}
