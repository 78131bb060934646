import { levelNameOf } from '../levels/level-names.js';
import {
  type CallFields,
  commonRoleOf,
  hasSameKeys,
  joined,
  type Layout,
  type LineTemplate,
  type Origin,
} from './layout.js';
import { spanJson } from './span-ids.js';

/**
 * Lines for people: `metadata` as `12:34:56.789 request_id=7 [error] publish failed`, `asctime` as `2025-11-03 12:34:56,789 -
 * collector.ws - ERROR - publish failed request_id=7`. Times are local. Everything but a stack is on one line; control characters are escaped, so
 * that no value can forge a line.
 */
export function textLayout(origin: Origin, shape: TextShape): Layout {
  const template: Layout['template'] = (logger, logContext, hidden) => {
    const { correlation } = logContext;
    const ofContext =
      hidden !== undefined || hasSameKeys(logContext, logger.bindings)
        ? joined(logContext.all, logger.bindings, hidden)
        : (logContext.fields === '' ? '' : `,${logContext.fields}`) +
          (correlation === undefined ? '' : `,"correlation_id":${correlation}`) +
          logger.bindingsJson;
    return { head: logger.logger ?? '', fields: ofContext + spanJson(logContext.span), tail: '', logContext };
  };

  function line({ head, fields }: LineTemplate, level: number, timeMs: number, call: CallFields): string {
    const members = JSON.parse(`{${(fields + call.top + call.fields).slice(1)}}`) as Record<string, unknown>;
    if (call.durationMs !== undefined) members['duration_ms'] = call.durationMs;
    if (call.wantsUsage) members['performance'] = JSON.parse(origin.usage());
    const message = call.message === undefined ? '' : (JSON.parse(call.message) as string);
    return lineText(
      { timeMs, level, logger: head, message, members, error: call.errorValue as ShownError | undefined },
      shape,
    );
  }

  return { roleOf: commonRoleOf, contextName: (key) => key, readsErrors: true, template, line };
}

export type TextShape = 'metadata' | 'asctime';

export interface LineForPeople {
  readonly timeMs: number;
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly error: ShownError | undefined;
}

/** @param columns of a terminal: a line that does not fit has a line for each field */
export function lineText(
  { members, error, ...given }: LineForPeople,
  shape: TextShape,
  columns: number = Number.POSITIVE_INFINITY,
): string {
  const texts = shape === 'metadata' ? metadataLine : asctimeLine;
  const message = oneLine(given.message);
  const pairs = Object.entries(members).map(([key, value]) => `${oneLine(key)}=${valueText(value)}`);
  const plain = texts({ ...given, message, pairs });
  const isWide = plain.length > columns && pairs.length > 0;
  const lines = isWide
    ? [
        texts({ ...given, message, pairs: [] }),
        ...Object.entries(members).map(([key, value]) => indentedField(key, value, columns)),
      ]
    : [plain];
  return `${[...lines, ...errorLines(error)].join('\n')}\n`;
}

interface Texts {
  readonly timeMs: number;
  readonly level: number;
  readonly logger: string;
  readonly message: string;
  readonly pairs: readonly string[];
}

/** `$time $metadata[$level] $message` */
function metadataLine({ timeMs, level, logger, message, pairs }: Texts): string {
  const named = logger === '' ? pairs : [`logger=${valueText(logger)}`, ...pairs];
  const metadata = named.map((pair) => `${pair} `).join('');
  return `${timeText(timeMs, '.')} ${metadata}[${levelNameOf(level)}] ${message}`;
}

/** `asctime - name - level - message` */
function asctimeLine({ timeMs, level, logger, message, pairs }: Texts): string {
  const fields = pairs.length === 0 ? '' : ` ${pairs.join(' ')}`;
  const name = logger === '' ? 'root' : oneLine(logger);
  return `${dateText(timeMs)} ${timeText(timeMs, ',')} - ${name} - ${levelNameOf(level).toUpperCase()} - ${message}${fields}`;
}

function dateText(timeMs: number): string {
  const date = new Date(timeMs);
  return `${date.getFullYear()}-${padded(date.getMonth() + 1, 2)}-${padded(date.getDate(), 2)}`;
}

function timeText(timeMs: number, point: string): string {
  const date = new Date(timeMs);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => padded(part, 2));
  return `${parts.join(':')}${point}${padded(date.getMilliseconds(), 3)}`;
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0');
}

/** A word as it is, everything else as JSON. */
function valueText(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : oneLine(JSON.stringify(value));
}

/**
 * Control characters, which could begin a line or colour it, separators that some readers break lines at, and what turns the direction of a
 * text, so that a value could show as something else (Unicode, "Bidirectional Algorithm", section 2).
 */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028-\u202E\u2066-\u2069]/gu, (character) => {
    const short = shortEscapes[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const shortEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** One field of a wide line; an object that does not fit has a line for each member. */
function indentedField(key: string, value: unknown, columns: number): string {
  const plain = `    ${oneLine(key)}=${valueText(value)}`;
  if (plain.length <= columns || typeof value !== 'object' || value === null) return plain;
  const pretty = JSON.stringify(value, null, 2)
    .split('\n')
    .map((each) => `    ${each}`);
  return [`    ${oneLine(key)}=`, ...pretty].join('\n');
}

export interface ShownError {
  readonly type?: unknown;
  readonly message?: unknown;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

/** The error with its own properties, then the members of an AggregateError, then what caused it. */
function errorLines(error: ShownError | undefined): string[] {
  const lines: string[] = [];
  const add = (each: ShownError, prefix: string, depth: number): void => {
    const { type, message, stack, cause, errors, ...own } = each;
    const text = typeof stack === 'string' ? stack : `${String(type)}: ${String(message)}`;
    lines.push(...`${prefix}${text}`.split('\n').map((part) => `    ${oneLine(part)}`));
    const pairs = Object.entries(own).map(([key, value]) => `${oneLine(key)}=${valueText(value)}`);
    if (pairs.length > 0) lines.push(`        ${pairs.join(' ')}`);
    const members = Array.isArray(errors) ? errors.filter(isShown) : [];
    for (const [i, member] of members.entries()) {
      if (lines.length < MAX_ERROR_LINES && depth < MAX_DEPTH)
        add(member, `Error ${i + 1} of ${members.length}: `, depth + 1);
    }
    if (isShown(cause) && lines.length < MAX_ERROR_LINES && depth < MAX_DEPTH) add(cause, 'Caused by: ', depth + 1);
  };
  if (error !== undefined) add(error, '', 0);
  return lines;
}

const MAX_ERROR_LINES = 200;
const MAX_DEPTH = 10;

function isShown(value: unknown): value is ShownError {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
