import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { type Log, messageOf } from '@sightline/base';
import type { DiagLevel } from './fields.js';
import { refusedRegistrations } from './refused-registrations.js';
import { apiGlobal } from './registration.js';

/**
 * Logs what OpenTelemetry's API, its instrumentations and the tracer report. Each message is logged once a minute at most, so that a
 * mistake in a hot path does not flood the log; the refusals of another set-up are one line. Does nothing if a logger is set already.
 * Returns a function that takes it back.
 *
 * @param level one of `OTEL_LOG_LEVEL`; default `error`
 */
export function logDiagnostics(level: DiagLevel, log: Log, now: () => number): () => void {
  if (level === 'none' || apiGlobal('diag') !== undefined) return () => {};
  const logged = new Map<string, number>();
  const write =
    (to: 'info' | 'warn' | 'error') =>
    (message: string, ...details: unknown[]): void => {
      const nowMs = now();
      const lastMs = logged.get(message);
      if (lastMs !== undefined && nowMs - lastMs < REPEAT_MS) return;
      if (logged.size >= MAX_MESSAGES) logged.clear();
      logged.set(message, nowMs);
      const causes = details.map((each) => messageOf(each)).filter((each) => each !== '');
      const text = [String(message), ...causes].join(' ').slice(0, MAX_LENGTH);
      log[to]({}, text.startsWith('[') ? text : `[opentelemetry] ${text}`);
    };
  const writeError = write('error');
  const isRefusal = refusedRegistrations(write('warn'));
  const logger: DiagLogger = {
    error(message, ...details) {
      if (!isRefusal(String(message))) writeError(message, ...details);
    },
    warn: write('warn'),
    info: write('info'),
    debug: write('info'),
    verbose: write('info'),
  };
  diag.setLogger(logger, { logLevel: levels[level], suppressOverrideMessage: true });
  const registered = apiGlobal('diag');
  return () => {
    if (apiGlobal('diag') === registered) diag.disable();
  };
}

/** The words of `OTEL_LOG_LEVEL`. */
const levels: Readonly<Record<DiagLevel, DiagLogLevel>> = {
  none: DiagLogLevel.NONE,
  error: DiagLogLevel.ERROR,
  warn: DiagLogLevel.WARN,
  info: DiagLogLevel.INFO,
  debug: DiagLogLevel.DEBUG,
  verbose: DiagLogLevel.VERBOSE,
  all: DiagLogLevel.ALL,
};

const REPEAT_MS = 60_000;
const MAX_MESSAGES = 200;
const MAX_LENGTH = 2000;
