import type { Clock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { Fields, OptionsOf } from '@sightline/settings/fields';
import type { TransportMultiOptions, TransportPipelineOptions, TransportSingleOptions } from 'pino';
import { limitFields } from './json/limits.js';
import { serviceFields } from './layouts/layout.js';
import { type LevelName, levelList, levelValueOf, levelValues } from './levels/level-names.js';
import { parseLevels } from './levels/parse-levels.js';
import type { LogSink } from './log-record.js';
import { type DestinationOption, levelField } from './options.js';
import { redactFields } from './redaction/options.js';
import { repeatFields } from './repeats.js';

const shareFields = Object.fromEntries(Object.keys(levelValues).map((name) => [name, { type: 'ratio' }]));

/** The logger's options: types, checks and variables. What a destination consists of is checked where it is opened. */
export const loggerFields = {
  /** Dotted, such as `collector.ws`. Stands on every line. */
  name: { type: 'string', advice: "give a string, such as 'collector.ws'" },
  /** Least level of lines. Default: `LOG_LEVEL`, or `info`, or the least level of the destinations. */
  level: {
    type: 'any',
    as: 'info' as LevelName,
    isRight: levelField.isRight as (level: LevelName) => boolean,
    advice: levelField.advice as string,
    default: 'info',
    variables: {
      LOG_LEVEL: {
        type: 'string',
        isAllowed: (text: string): boolean => parseLevels(text) !== undefined,
        allowed: `${levelList}, or a list such as info,collector.ws=debug` as string,
        toOption: (text: string): string => parseLevels(text)?.level ?? 'info',
        help: 'Least level of lines: trace, debug, info, warning, error, critical or silent; with others by name of a logger and below it: `info,collector.ws=debug`.',
      },
    },
  },
  /** Other levels by dotted name, for the logger and all below; the longest that fits wins. Added to those of `LOG_LEVEL`. */
  levels: {
    type: 'strings',
    as: {} as Readonly<Record<string, LevelName>>,
    isEach: (level: string): boolean => levelValueOf(level) !== undefined,
    advice: `give ${levelList}` as string,
  },
  /** Default: `LOG_LAYOUT`, or `pino`. */
  layout: {
    type: 'choice',
    choices: ['pino', 'structured', 'ecs', 'text', 'text-asctime'],
    default: 'pino',
    variables: { LOG_LAYOUT: 'How a line looks.' },
  },
  /** Fields of every line. */
  context: { type: 'object', as: {} as Readonly<Record<string, unknown>> },
  /** Default: `LOG_FILE`, or standard output. */
  destination: {
    type: 'any',
    as: {} as DestinationOption | readonly DestinationOption[],
    variables: {
      LOG_FILE: {
        type: 'string',
        default: '',
        toOption: (file: string): object => ({ file }),
        help: 'A file to write to instead of standard output; rolled at 100 MB (10 kept) and daily (30 kept).',
      },
    },
  },
  /** A pino transport, in a worker thread, instead of a destination. */
  transport: { type: 'any', as: {} as TransportSingleOptions | TransportMultiOptions | TransportPipelineOptions },
  /**
   * Lines for people instead of JSON: by pino-pretty, or if it is not installed by a form of our own as wide as the terminal. Default: on a
   * terminal, unless `NODE_ENV` is production or a layout was chosen.
   */
  pretty: { type: 'boolean' },
  /** What lines do not show beside what they never do; `false` for no redaction at all. */
  redact: {
    type: 'options',
    or: [false],
    fields: redactFields as typeof redactFields,
    default: {},
    advice: 'give { paths: […] } for places, or { keys: […] } for keys at any depth',
  },
  /** By key, as pino's. What they return is redacted and bounded as any other value. */
  serializers: {
    type: 'object',
    as: {} as Readonly<Record<string, (value: never) => unknown>>,
    isRight: (object: object): boolean => Object.values(object).every((each) => typeof each === 'function'),
    advice: 'give an object of functions, each of the value of its key',
  },
  limits: { type: 'options', fields: limitFields as typeof limitFields, default: {} },
  /**
   * Writes an uncaught exception or unhandled rejection as one critical line before the process ends as it would without. Default: false;
   * true under `createObservability`.
   */
  logsUncaught: { type: 'boolean', default: false },
  /** Adds `performance` to every line. A call asks for it with the field `performance: true`. Default: false. */
  performance: { type: 'boolean', default: false },
  /** What the ecs layout shows of the service. */
  service: { type: 'options', fields: serviceFields as typeof serviceFields },
  /** Share of lines to write, by level: `{ debug: 0.1 }`. Default: all. */
  sample: {
    type: 'options',
    as: {} as Partial<Readonly<Record<LevelName, number>>>,
    fields: shareFields as Fields,
    default: {},
  },
  /** Limits how often the same message is written. Default: not at all. */
  repeats: { type: 'options', fields: repeatFields as typeof repeatFields },
  /** Counts lines in `log_lines_total` and `log_dropped_total`. */
  metrics: { type: 'instance', as: {} as MetricsCollector, methods: ['counter'] },
  /** Gets every line as a record of OpenTelemetry's logs. */
  sink: { type: 'instance', as: {} as LogSink, methods: ['emit'], advice: 'give { emit: (record) => … }' },
  /** Where `LOG_LEVEL`, `LOG_LAYOUT`, `LOG_FILE`, `NODE_ENV` and `SIGHTLINE_STRICT` are read. Default: `process.env`. */
  env: { type: 'instance', as: {} as Readonly<Record<string, string | undefined>> },
  /** Default: the machine's. */
  clock: { type: 'instance', as: {} as Clock, methods: ['now', 'monotonicMs', 'setTimer'] },
  /** From 0 to 1, for `sample`. Default: `Math.random`. */
  random: { type: 'function', as: {} as () => number },
} as const;

export interface LoggerOptions extends OptionsOf<typeof loggerFields> {}

export type LayoutName = (typeof loggerFields.layout.choices)[number];
