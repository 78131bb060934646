import type { Clock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { OptionsOf } from '@sightline/settings/fields';
import type { TransportMultiOptions, TransportPipelineOptions, TransportSingleOptions } from 'pino';
import type { Limits } from './json/limits.js';
import type { Service } from './layouts/layout.js';
import { type LevelName, levelList } from './levels/level-names.js';
import { parseLevels } from './levels/parse-levels.js';
import type { LogSink } from './log-record.js';
import type { DestinationOption } from './options.js';
import type { RedactOptions } from './redaction/options.js';
import type { RepeatOptions } from './repeats.js';

const areLevels = (text: string): boolean => parseLevels(text) !== undefined;
const areFunctions = (object: object): boolean => Object.values(object).every((each) => typeof each === 'function');
const isSink = ({ emit }: LogSink): boolean => typeof emit === 'function';

/** The logger's options: types, checks and variables. What a value consists of is checked where it is used. */
export const loggerFields = {
  /** Dotted, such as `collector.ws`. Stands on every line. */
  name: { type: 'string', advice: "give a string, such as 'collector.ws'" },
  /** Least level of lines. Default: `LOG_LEVEL`, or info, or the least level of the destinations. */
  level: {
    type: 'any',
    as: 'info' as LevelName,
    variables: {
      LOG_LEVEL: {
        type: 'string',
        isAllowed: areLevels as (text: string) => boolean,
        allowed: `${levelList}, or a list such as info,collector.ws=debug` as string,
        default: 'info',
        help: 'Least level of lines: trace, debug, info, warning, error, critical or silent; with others by name of a logger and below it: `info,collector.ws=debug`.',
      },
    },
  },
  /** Other levels by dotted name, for the logger and all below; the longest that fits wins. Added to those of `LOG_LEVEL`. */
  levels: { type: 'object', as: undefined as unknown as Readonly<Record<string, LevelName>> },
  /** Default: `LOG_LAYOUT`, or pino. */
  layout: {
    type: 'choice',
    choices: ['pino', 'structured', 'ecs', 'text', 'text-asctime'],
    variables: { LOG_LAYOUT: { default: 'pino', help: 'How a line looks.' } },
  },
  /** Fields of every line. */
  context: { type: 'object', as: undefined as unknown as Readonly<Record<string, unknown>> },
  /** Default: `LOG_FILE`, or standard output. */
  destination: {
    type: 'any',
    as: undefined as unknown as DestinationOption | readonly DestinationOption[],
    variables: {
      LOG_FILE: {
        type: 'string',
        default: '',
        help: 'A file to write to instead of standard output; rolled at 100 MB (10 kept) and daily (30 kept).',
      },
    },
  },
  /** A pino transport, in a worker thread, instead of a destination. */
  transport: {
    type: 'any',
    as: undefined as unknown as TransportSingleOptions | TransportMultiOptions | TransportPipelineOptions,
  },
  /**
   * Lines for people instead of JSON: by pino-pretty, or if it is not installed by a form of our own as wide as the terminal. Default: on a
   * terminal, unless `NODE_ENV` is production or a layout was chosen.
   */
  pretty: { type: 'boolean' },
  /** What lines do not show beside what they never do; `false` for no redaction at all. */
  redact: { type: 'any', as: undefined as unknown as RedactOptions | false },
  /** By key, as pino's. What they return is redacted and bounded as any other value. */
  serializers: {
    type: 'object',
    as: undefined as unknown as Readonly<Record<string, (value: never) => unknown>>,
    isRight: areFunctions as (value: object) => boolean,
    advice: 'give an object of functions, each of the value of its key',
  },
  limits: { type: 'any', as: undefined as unknown as Limits },
  /**
   * Writes an uncaught exception or unhandled rejection as one critical line before the process ends as it would without. Default: false;
   * true under `createObservability`.
   */
  logsUncaught: { type: 'boolean' },
  /** Adds `performance` to every line. A call asks for it with the field `performance: true`. Default: false. */
  performance: { type: 'boolean' },
  /** What the ecs layout shows of the service. */
  service: { type: 'any', as: undefined as unknown as Service },
  /** Share of lines to write, by level: `{ debug: 0.1 }`. Default: all. */
  sample: { type: 'object', as: undefined as unknown as Partial<Readonly<Record<LevelName, number>>> },
  /** Limits how often the same message is written. Default: not at all. */
  repeats: { type: 'any', as: undefined as unknown as RepeatOptions },
  /** Counts lines in `log_lines_total` and `log_dropped_total`. */
  metrics: { type: 'any', as: undefined as unknown as MetricsCollector },
  /** Gets every line as a record of OpenTelemetry's logs. */
  sink: {
    type: 'any',
    as: undefined as unknown as LogSink,
    isRight: isSink as (value: LogSink) => boolean,
    advice: 'give { emit: (record) => … }',
  },
  /** Where `LOG_LEVEL`, `LOG_LAYOUT`, `LOG_FILE`, `NODE_ENV` and `SIGHTLINE_STRICT` are read. Default: `process.env`. */
  env: { type: 'any', as: undefined as unknown as Readonly<Record<string, string | undefined>> },
  /** Default: the machine's. */
  clock: { type: 'any', as: undefined as unknown as Clock },
  /** From 0 to 1, for `sample`. Default: `Math.random`. */
  random: { type: 'function', as: undefined as unknown as () => number },
} as const;

export interface LoggerOptions extends OptionsOf<typeof loggerFields> {}

export type LayoutName = (typeof loggerFields.layout.choices)[number];
