import type { Family } from './family.js';
import { cutString, fairShare, fittingMembers, type JsonMember, membersJson, membersOf } from './json/json-members.js';
import type { CallFields, LoggerFields } from './layouts/layout.js';
import type { ContextField, LogContext } from './log-context.js';

/** What a line is made of. */
export interface LineContent {
  readonly logger: LoggerFields;
  readonly logContext: LogContext;
  readonly call: CallFields;
}

/**
 * The same content in a line of at most `limits.lineBytes`, which says that it was cut. Message, error, the call's fields, those of the
 * logger and those of the context share the room; what is the same on all lines stays.
 *
 * @param bytes of the whole line
 */
export function shortenedLine(
  family: Family,
  { logger, logContext, call }: LineContent,
  level: number,
  timeMs: number,
  bytes: number,
): LineContent & { readonly line: string } {
  const { layout, limits } = family;
  const mark: JsonMember = { key: MARK_KEY, value: `"cut from ${bytes} bytes"` };
  const whole: Members = {
    message: call.message ?? '',
    error: call.error === undefined ? [] : membersOf(`,${call.error.slice(1, -1)}`),
    fields: withoutMark(membersOf(call.fields)),
    top: withoutMark(membersOf(call.top)),
    bindings: withoutMark([...logger.bindings].map(member)),
    context: withoutMark(logContext.all.map(member)),
  };
  const written = (room: number) => {
    const cut = membersWithin(whole, room);
    const shown: LineContent = {
      logger: { ...logger, ...bindingsOf(cut.bindings, family) },
      logContext: contextOf(logContext, cut.context, family),
      call: callOf(call, { ...cut, fields: [...cut.fields, mark] }, family),
    };
    // With hidden keys, if only none, so that a layout takes the context's fields as they are given.
    const template = layout.template(shown.logger, shown.logContext, call.hidden ?? noKeys);
    return { ...shown, line: layout.line(template, level, timeMs, shown.call) };
  };

  let room = limits.lineBytes - Buffer.byteLength(written(0).line);
  // A layout may write a member more than once, as ECS does with causes of errors.
  for (let shortened = written(room); ; shortened = written(room)) {
    const over = Buffer.byteLength(shortened.line) - limits.lineBytes;
    if (over <= 0 || room <= 0) return shortened;
    room = Math.floor(Math.min(room - over, room * 0.9));
  }
}

/** What a call adds, as far as it fits. Its values are read back from the JSON that was cut: such lines are rare. */
function callOf(call: CallFields, { message, error, fields, top }: Members, family: Family): CallFields {
  const errorJson = `{${membersJson(error).slice(1)}}`;
  return {
    fields: membersJson(fields),
    top: membersJson(top),
    error: call.error === undefined ? undefined : errorJson,
    errorValue: call.error === undefined || !family.keepsErrors ? undefined : JSON.parse(errorJson),
    errorKey: call.errorKey,
    message: call.message === undefined ? undefined : message,
    values: family.keepsValues
      ? {
          message: call.message === undefined ? '' : (JSON.parse(message) as string),
          fields: fields.flatMap((each) => [nameOf(each), parsedValue(each)]),
          top: top.flatMap((each) => [nameOf(each), parsedValue(each)]),
        }
      : undefined,
    durationMs: call.durationMs,
    wantsUsage: call.wantsUsage,
    hidden: call.hidden,
  };
}

function contextOf(
  { context, spanContext, span, keys, fields }: LogContext,
  members: readonly JsonMember[],
  { keepsValues }: Family,
): LogContext {
  const all: ContextField[] = members.map((each) => [nameOf(each), each.value, keepsValues && parsedValue(each)]);
  const correlation = all.find(([name]) => name === 'correlation_id')?.[1];
  return { context, spanContext, span, keys, fields, correlation, all };
}

function bindingsOf(
  members: readonly JsonMember[],
  { keepsValues }: Family,
): Pick<LoggerFields, 'bindings' | 'bindingValues' | 'bindingsJson'> {
  return {
    bindings: new Map(members.map((each) => [nameOf(each), each.value])),
    bindingValues: keepsValues ? new Map(members.map((each) => [nameOf(each), parsedValue(each)])) : undefined,
    bindingsJson: membersJson(members),
  };
}

interface Members {
  readonly message: string;
  readonly error: readonly JsonMember[];
  readonly fields: readonly JsonMember[];
  readonly top: readonly JsonMember[];
  readonly bindings: readonly JsonMember[];
  readonly context: readonly JsonMember[];
}

function membersWithin({ message, ...groups }: Members, room: number): Members {
  const sizes = [message, ...Object.values(groups).map(membersJson)].map((text) => Buffer.byteLength(text));
  const share = Math.max(0, fairShare(sizes, room));
  const fitting = (members: readonly JsonMember[]): readonly JsonMember[] =>
    share === Number.POSITIVE_INFINITY ? members : fittingMembers(members, share);
  return {
    message: message === '' ? '""' : cutString(message, share),
    error: fitting(groups.error),
    fields: fitting(groups.fields),
    top: fitting(groups.top),
    bindings: fitting(groups.bindings),
    context: fitting(groups.context),
  };
}

const MARK_KEY = '"…"';

/** An object that was cut when it was written says so; the line has one mark. */
function withoutMark(members: readonly JsonMember[]): JsonMember[] {
  return members.filter(({ key }) => key !== MARK_KEY);
}

function member([name, value]: readonly [name: string, json: string, value?: unknown]): JsonMember {
  return { key: JSON.stringify(name), value };
}

function nameOf({ key }: JsonMember): string {
  return JSON.parse(key) as string;
}

function parsedValue({ value }: JsonMember): unknown {
  return JSON.parse(value);
}

const noKeys: ReadonlySet<string> = new Set();
