export { createLogger } from './create-logger.js';
export type { AlertOption } from './destinations/alert.js';
export type { BufferOptions } from './destinations/buffered.js';
export type { Destination } from './destinations/destination.js';
export type { RotateOptions } from './file/rotate-options.js';
export type { Limits } from './json/limits.js';
export type { Service } from './layouts/layout.js';
export type { LevelName } from './levels/level-names.js';
export { logLabelValues } from './log-label-values.js';
export type { LogRecord, LogSink } from './log-record.js';
export type { Logger } from './logger.js';
export type {
  BufferedOption,
  DestinationOption,
  FileOption,
  LayoutName,
  LoggerOptions,
  StreamOption,
} from './options.js';
export type { RedactOptions } from './redaction/options.js';
export type { RepeatOptions } from './repeats.js';
