import { type CallArguments, WrittenCall } from './call-fields.js';
import type { Family } from './family.js';
import { isError, messageOf } from './json/error-json.js';
import { recordOf } from './record-of.js';
import type { Scope } from './scope.js';
import { type LineContent, shortenedLine } from './shortened-line.js';

/** Where a line goes: pino's contract for streams. */
export interface LineStream {
  write(line: string): unknown;
}

/**
 * Writes one line, unless it is held back. Never throws: what goes wrong is counted.
 * @param timeMs Unix time in milliseconds. Default: now
 */
export function writeLine(
  scope: Scope,
  stream: LineStream,
  level: number,
  args: CallArguments,
  timeMs?: number | undefined,
): void {
  const { family } = scope;
  try {
    if (isHeldBack(family, scope, level, args)) return;
    emit(family, scope, stream, level, args, timeMs ?? family.clock.now());
  } catch {
    family.metrics.dropped('unwritable', 1);
  }
}

/** The same without sampling and limits, for lines about lines. */
export function writeNotice(scope: Scope, stream: LineStream, level: number, args: CallArguments): void {
  try {
    emit(scope.family, scope, stream, level, args, scope.family.clock.now());
  } catch {
    scope.family.metrics.dropped('unwritable', 1);
  }
}

/** Arguments and context become fields, these with the logger's template a line, and the same fields a record. */
function emit(
  family: Family,
  scope: Scope,
  stream: LineStream,
  level: number,
  args: CallArguments,
  timeMs: number,
): void {
  const logContext = family.logContext();
  const call = new WrittenCall(scope, args, logContext);
  const { layout, limits, sink, metrics } = family;
  const { hidden } = call;
  const template = hidden === undefined ? scope.templateFor(logContext) : layout.template(scope, logContext, hidden);
  let line = layout.line(template, level, timeMs, call);
  let shown: LineContent | undefined;
  // A character has at most three bytes, so that most lines need not be measured.
  if (line.length * 3 > limits.lineBytes) {
    const bytes = Buffer.byteLength(line);
    if (bytes > limits.lineBytes) {
      const shortened = shortenedLine(family, { logger: scope, logContext, call }, level, timeMs, bytes);
      line = shortened.line;
      shown = shortened;
    }
  }
  const lostBefore = metrics.lostByDestination;
  lines.beingWritten++;
  try {
    stream.write(line);
    if (metrics.lostByDestination === lostBefore) metrics.written(scope, level);
  } catch {
    metrics.dropped('destination', 1);
  } finally {
    lines.beingWritten--;
  }
  if (sink === undefined || isEmitting) return;
  isEmitting = true;
  try {
    sink.emit(recordOf(shown ?? { logger: scope, logContext, call }, level, timeMs));
  } catch {
    metrics.dropped('sink', 1);
  } finally {
    isEmitting = false;
  }
}

/**
 * How many lines streams are being given. An instrumentation of pino adds a stream, from which every line comes back as a record of
 * OpenTelemetry before `write` returns.
 */
export const lines: { beingWritten: number } = { beingWritten: 0 };

// While a sink is at work: what it logs itself would come back to it without end.
let isEmitting = false;

function isHeldBack(family: Family, scope: Scope, level: number, { fields, error, message }: CallArguments): boolean {
  const share = family.sample.size === 0 ? undefined : family.sample.get(level);
  if (share !== undefined && family.random() >= share) {
    family.metrics.dropped('sampled', 1);
    return true;
  }
  if (family.repeats === undefined) return false;
  const text = message ?? messageOf(error) ?? (isError(fields) ? messageOf(fields) : undefined) ?? '';
  if (family.repeats.admits(scope, scope.logger ?? '', level, text)) return false;
  family.metrics.dropped('repeated', 1);
  return true;
}
