import { createLogger, type Logger, type LoggerOptions } from '@sightline/logger';
import { parseLines } from './strict-json.js';

/** A logger whose lines a test can read. */
export interface Lines {
  readonly log: Logger;
  readonly text: () => string;
  /** All lines, parsed strictly. */
  readonly all: () => Array<Record<string, unknown>>;
  /** The last one. */
  readonly last: () => Record<string, unknown>;
}

export function lines(options: LoggerOptions = {}): Lines {
  const pieces: string[] = [];
  const log = createLogger({ env: {}, destination: { write: (line: string) => pieces.push(line) }, ...options });
  const all = (): Array<Record<string, unknown>> => parseLines(pieces.join(''));
  return { log, text: () => pieces.join(''), all, last: () => all().at(-1) ?? {} };
}
