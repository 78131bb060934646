import type { FlatAttributes } from '@sightline/otlp/encode';
import type { LogRow } from '../../model/answers.js';
import type { KeptSource } from '../services/kept-source.js';

/** A log line, as it is kept: without secrets, cut. */
export interface KeptLog {
  /** Ascending, from 1. */
  readonly sequence: number;
  readonly timeMs: number;
  readonly source: KeptSource;
  /** Index in `levels`. */
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly attributes: FlatAttributes;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly bytes: number;
}

export const levels: ReadonlyArray<LogRow['level']> = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export const ERROR_LEVEL: number = levels.indexOf('error');

/**
 * The level of a severity number (OpenTelemetry's logs data model, "Field: SeverityNumber"). If there is none, that of the text; a text that
 * says nothing is `info`.
 */
export function levelOf(severityNumber: number, severityText: string | undefined): number {
  if (severityNumber >= 1) return Math.min(5, (severityNumber - 1) >> 2);
  const text = severityText?.toLowerCase().trim() ?? '';
  return byText.get(text) ?? INFO;
}

const INFO = 2;

/** Of pino, winston, log4j, Python's logging, .NET, syslog. */
const byText: ReadonlyMap<string, number> = new Map(
  [
    ['trace', 'silly', 'finest', 'finer', 'verbose'],
    ['debug', 'fine', 'config'],
    ['info', 'information', 'notice', 'log'],
    ['warn', 'warning'],
    ['error', 'err', 'severe'],
    ['fatal', 'critical', 'crit', 'alert', 'emerg', 'emergency', 'panic'],
  ].flatMap((texts, level) => texts.map((text) => [text, level] as const)),
);
