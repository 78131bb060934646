import { valueText } from '@sightline/base';
import type { LogsAnswer } from '../../model/answers.js';
import type { LiveStore } from '../../store/live-store.js';
import { type KeptLog, levels } from '../../store/logs/kept-log.js';
import { spanIdOf, traceIdOf } from '../../store/spans/trace-ids.js';
import { type Parameters, type TimeWindow, wrong } from '../parameters.js';
import { Top } from '../top.js';
import { logFilter } from './log-filter.js';
import { logRow } from './log-row.js';

/** `logs`. */
export function logList(store: LiveStore, parameters: Parameters, nowMs: number): LogsAnswer {
  const window = parameters.window(nowMs);
  const limit = parameters.limit(200, 5000);
  const after = sequenceOf(parameters.text('after'));
  const matches = testOf(parameters, window);
  return after === undefined ? newest(store, matches, limit) : since(store, matches, limit, after);
}

function newest({ logs }: LiveStore, matches: (line: KeptLog) => boolean, limit: number): LogsAnswer {
  const top = new Top<KeptLog>(limit, newerFirst);
  let matching = 0;
  for (const line of logs.newestFirst()) {
    if (!matches(line)) continue;
    matching++;
    top.add(line);
  }
  const { size: kept, overwritten, sequence } = logs;
  return { lines: top.sorted().map(logRow), matching, kept, overwritten, skipped: 0, cursor: String(sequence) };
}

/** By their own times: services send at different times what happened at the same time. */
export function newerFirst(a: KeptLog, b: KeptLog): number {
  return b.timeMs - a.timeMs || b.sequence - a.sequence;
}

/** The newest of what came since, so that a reader who was away for long is up to date at once. */
function since({ logs }: LiveStore, matches: (line: KeptLog) => boolean, limit: number, after: number): LogsAnswer {
  const { size: kept, overwritten, sequence } = logs;
  const oldest = sequence - kept + 1;
  const found: KeptLog[] = [];
  // A cursor of before a restart says nothing about lines of now.
  const from = after > sequence ? 0 : after;
  for (const line of logs.after(from)) if (matches(line)) found.push(line);
  const shown = found.slice(-limit);
  return {
    lines: shown.map(logRow),
    matching: found.length,
    kept,
    overwritten,
    skipped: Math.max(0, oldest - from - 1) + found.length - shown.length,
    cursor: String(sequence),
  };
}

function testOf(parameters: Parameters, { fromMs, untilMs, isGiven }: TimeWindow): (line: KeptLog) => boolean {
  const service = parameters.text('service');
  const level = parameters.choice('level', levels);
  const least = level === undefined ? 0 : levels.indexOf(level);
  const filter = logFilter(parameters.text('filter') ?? '');
  const traceId = idOf(parameters, 'traceId', traceIdOf, 32);
  const spanId = idOf(parameters, 'spanId', spanIdOf, 16);
  // The lines of a trace are wanted whenever it was.
  const isTimed = isGiven || (traceId === undefined && parameters.text('after') === undefined);
  return (line) =>
    line.level >= least &&
    (traceId === undefined || line.traceId === traceId) &&
    (spanId === undefined || line.spanId === spanId) &&
    (!isTimed || (line.timeMs >= fromMs && line.timeMs <= untilMs)) &&
    (service === undefined || line.source.service === service) &&
    filter(line);
}

function idOf(
  parameters: Parameters,
  name: string,
  read: (text: string) => string | undefined,
  digits: number,
): string | undefined {
  const text = parameters.text(name);
  if (text === undefined) return undefined;
  const id = read(text);
  if (id !== undefined) return id;
  throw wrong(`"${name}" must be ${digits} hexadecimal digits, but got ${valueText(text)}.`);
}

function sequenceOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const sequence = Number(text);
  if (Number.isSafeInteger(sequence) && sequence >= 0) return sequence;
  throw wrong(`"after" must be the cursor of an earlier answer, but got ${valueText(text)}.`);
}
