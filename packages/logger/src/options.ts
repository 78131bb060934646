import type { Clock } from '@sightline/base';
import type { MetricsCollector } from '@sightline/core';
import type { TransportMultiOptions, TransportPipelineOptions, TransportSingleOptions } from 'pino';
import type { AlertOption } from './destinations/alert.js';
import type { BufferOptions } from './destinations/buffered.js';
import type { RotateOptions } from './file/rotate-options.js';
import type { Limits } from './json/limits.js';
import type { Service } from './layouts/layout.js';
import type { LevelName } from './levels/level-names.js';
import type { LogSink } from './log-record.js';
import type { RedactOptions } from './redaction/options.js';
import type { RepeatOptions } from './repeats.js';
import type { LineStream } from './write-line.js';

export type LayoutName = 'pino' | 'structured' | 'ecs' | 'text' | 'text-asctime';

export interface LoggerOptions {
  /** Dotted, such as `collector.ws`. Stands on every line. */
  name?: string | undefined;
  /** Least level of lines. Default: `LOG_LEVEL`, or info, or the least level of the destinations. */
  level?: LevelName | undefined;
  /** Other levels by dotted name, for the logger and all below; the longest that fits wins. Added to those of `LOG_LEVEL`. */
  levels?: Readonly<Record<string, LevelName>> | undefined;
  /** Default: `LOG_LAYOUT`, or pino. */
  layout?: LayoutName | undefined;
  /** Fields of every line. */
  context?: Readonly<Record<string, unknown>> | undefined;
  /** Default: `LOG_FILE`, or standard output. */
  destination?: DestinationOption | readonly DestinationOption[] | undefined;
  /** A pino transport, in a worker thread, instead of a destination. */
  transport?: TransportSingleOptions | TransportMultiOptions | TransportPipelineOptions | undefined;
  /**
   * Lines for people instead of JSON: by pino-pretty, or where it is not installed by a form of our own as wide as the terminal. Default: on a
   * terminal, unless `NODE_ENV` is production or a layout was chosen.
   */
  pretty?: boolean | undefined;
  /** What lines do not show beside what they never do; `false` for no redaction at all. */
  redact?: RedactOptions | false | undefined;
  /** By key, as pino's. What they return is redacted and bounded as any other value. */
  serializers?: Readonly<Record<string, (value: never) => unknown>> | undefined;
  limits?: Limits | undefined;
  /**
   * Writes an uncaught exception or unhandled rejection as one critical line before the process ends as it would without. Default: false;
   * true under `createObservability`.
   */
  logsUncaught?: boolean | undefined;
  /** Adds `performance` to every line. A call asks for it with the field `performance: true`. Default: false. */
  performance?: boolean | undefined;
  /** What the ecs layout shows of the service. */
  service?: Service | undefined;
  /** Share of lines to write, by level: `{ debug: 0.1 }`. Default: all. */
  sample?: Partial<Readonly<Record<LevelName, number>>> | undefined;
  /** Limits how often the same message is written. Default: not at all. */
  repeats?: RepeatOptions | undefined;
  /** Counts lines in `log_lines_total` and `log_dropped_total`. */
  metrics?: MetricsCollector | undefined;
  /** Gets every line as a record of OpenTelemetry's logs. */
  sink?: LogSink | undefined;
  /** Where `LOG_LEVEL`, `LOG_LAYOUT`, `LOG_FILE`, `NODE_ENV` and `SIGHTLINE_STRICT` are read. Default: `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Default: the machine's. */
  clock?: Clock | undefined;
  /** From 0 to 1, for `sample`. Default: `Math.random`. */
  random?: (() => number) | undefined;
}

/** Standard output or error, a file, a callback or webhook for critical lines, or anything that pino takes for a stream. */
export type DestinationOption =
  | 'stdout'
  | 'stderr'
  | FileOption
  | BufferedOption
  | StreamOption
  | AlertOption
  | LineStream;

export interface FileOption {
  file: string;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
  /** `false` for one file without end. Default: at 100 MB, of which 10 are kept, and daily, of which 30 are. */
  rotate?: RotateOptions | false | undefined;
  buffer?: BufferOptions | true | undefined;
}

export interface BufferedOption {
  to: 'stdout' | 'stderr';
  buffer?: BufferOptions | true | undefined;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
}

export interface StreamOption {
  stream: LineStream;
  /** Least level of its lines. Default: the logger's. */
  level?: LevelName | undefined;
}
