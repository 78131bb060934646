import type { LoggerOptions } from '@sightline/logger';
import { loggerSettings } from '@sightline/logger/settings';
import { type EnvironmentReader, given, type Settings } from '@sightline/settings';
import type { ObservabilityLoggerOptions } from '../options.js';

/** The logger's options from code, environment and defaults; its environment is read here, together with all other. */
export function effectiveLogger(
  code: ObservabilityLoggerOptions,
  defaults: ObservabilityLoggerOptions,
  environment: EnvironmentReader,
  settings: Settings,
): LoggerOptions {
  const pick = <T>(option: 'level' | 'layout' | 'destination', read: (text: string) => T, fallback: T): T => {
    const row = loggerSettings.environment.find(({ sets }) => sets === option);
    const variable = row && environment.read(row, `logger.${option}`);
    const candidates = [
      given(code[option] as T | undefined, 'code'),
      variable && { value: read(String(variable.value)), source: variable.source },
      given(defaults[option] as T | undefined, 'defaults'),
    ];
    return settings.pick<T>(`logger.${option}`, candidates, fallback);
  };
  let byName: Readonly<Record<string, string>> = {};
  const level = pick(
    'level',
    (text) => {
      const parsed = loggerSettings.parseLevels(text);
      byName = parsed?.levels ?? {};
      return parsed?.level ?? 'info';
    },
    'info',
  );
  const layout = pick('layout', (text) => text, 'pino');
  const destination = pick<unknown>('destination', (file) => ({ file }), undefined);
  // Defaults are left to the logger: destinations may ask for more, and a terminal for lines that people can read.
  const isChosen = (option: string): boolean => settings.get(`logger.${option}`)?.source !== 'default';
  return {
    logsUncaught: true,
    ...defaults,
    ...code,
    level: isChosen('level') ? (level as LoggerOptions['level']) : undefined,
    layout: isChosen('layout') ? (layout as LoggerOptions['layout']) : undefined,
    destination: destination as LoggerOptions['destination'],
    levels: { ...defaults.levels, ...byName, ...code.levels } as LoggerOptions['levels'],
  };
}
