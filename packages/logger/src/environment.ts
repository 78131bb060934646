/**
 * The environment variables that set the logger's options. `createLogger` reads them itself, from `process.env` unless it is
 * given another `env`.
 */
export const loggerEnvironment: readonly LoggerEnvironmentRow[] = [
  {
    name: 'LOG_LEVEL',
    sets: 'level',
    type: 'log levels',
    defaultText: 'info',
    description:
      'Least level of lines: trace, debug, info, warning, error, critical or silent; with others by name of a logger and below it: `info,collector.ws=debug`.',
  },
  {
    name: 'LOG_LAYOUT',
    sets: 'layout',
    type: 'choice',
    choices: { pino: 'pino', structured: 'structured', ecs: 'ecs', text: 'text', 'text-asctime': 'text-asctime' },
    defaultText: 'pino',
    description: 'How a line looks.',
  },
  {
    name: 'LOG_FILE',
    sets: 'destination',
    type: 'string',
    defaultText: '',
    description: 'A file to write to instead of standard output; rolled at 100 MB (10 kept) and daily (30 kept).',
  },
];

export interface LoggerEnvironmentRow {
  readonly name: string;
  /** The option it sets. */
  readonly sets: 'level' | 'layout' | 'destination';
  readonly type: 'log levels' | 'choice' | 'string';
  /** Of the type `choice`: the option's value for each text. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly defaultText: string;
  readonly description: string;
}
