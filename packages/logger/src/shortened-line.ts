import type { Ambient, AmbientEntries } from './ambient.js';
import type { Family } from './family.js';
import { cutText, fairShare, fittingMembers, type JsonMember, membersOf, memberText } from './json/json-members.js';
import type { LineParts, Names } from './layouts/layout.js';

/** What a line is made of. */
export interface LineContent {
  readonly names: Names;
  readonly ambient: Ambient;
  readonly entries: AmbientEntries;
  readonly call: LineParts;
  /** Keys of the call that the logger or the context has, too. */
  readonly hidden: ReadonlySet<string> | undefined;
}

/**
 * The same content in a line of at most `limits.lineBytes`, which says that it was cut. Message, error, the call's fields, those of the
 * logger and those of the context share the room; what is the same on all lines stays.
 *
 * @param bytes of the whole line
 */
export function shortenedLine(
  family: Family,
  { names, ambient, entries, call, hidden = noKeys }: LineContent,
  level: number,
  timeMs: number,
  bytes: number,
): LineContent & { readonly line: string } {
  const { layout, limits } = family;
  const mark = `,"…":"cut from ${bytes} bytes"`;
  const parts: Parts = {
    message: call.message ?? '',
    error: call.error === undefined ? [] : membersOf(`,${call.error.slice(1, -1)}`),
    fields: withoutMark(membersOf(call.fields)),
    top: withoutMark(membersOf(call.top)),
    bindings: withoutMark([...names.bindings].map(member)),
    entries: withoutMark(entries.map(member)),
  };
  const written = (room: number) => {
    const cut = partsWithin(parts, room);
    const ofCall: LineParts = {
      fields: memberText(cut.fields) + mark,
      top: memberText(cut.top),
      error: call.error === undefined ? undefined : `{${memberText(cut.error).slice(1)}}`,
      errorKey: call.errorKey,
      message: call.message === undefined ? undefined : cut.message,
      durationMs: call.durationMs,
      wantsUsage: call.wantsUsage,
    };
    const bindings = new Map(cut.bindings.map(entry));
    const ofLogger: Names = { ...namesOf(names), bindings, bindingsJson: memberText(cut.bindings) };
    const ofContext = cut.entries.map(entry);
    const correlation = ofContext.find(([name]) => name === 'correlation_id')?.[1];
    const around = { ...ambient, correlation };
    const line = layout.line(
      layout.prepare(ofLogger, around, hidden, () => ofContext),
      level,
      timeMs,
      ofCall,
    );
    return { names: ofLogger, ambient: around, entries: ofContext, call: ofCall, hidden, line };
  };

  let room = limits.lineBytes - Buffer.byteLength(written(0).line);
  // A layout may write a part more than once, as ECS does with causes of errors.
  for (let shortened = written(room); ; shortened = written(room)) {
    const over = Buffer.byteLength(shortened.line) - limits.lineBytes;
    if (over <= 0 || room <= 0) return shortened;
    room = Math.floor(Math.min(room - over, room * 0.9));
  }
}

interface Parts {
  readonly message: string;
  readonly error: readonly JsonMember[];
  readonly fields: readonly JsonMember[];
  readonly top: readonly JsonMember[];
  readonly bindings: readonly JsonMember[];
  readonly entries: readonly JsonMember[];
}

function partsWithin({ message, ...groups }: Parts, room: number): Parts {
  const sizes = [message, ...Object.values(groups).map(memberText)].map((text) => Buffer.byteLength(text));
  const share = Math.max(0, fairShare(sizes, room));
  const fitting = (members: readonly JsonMember[]): readonly JsonMember[] =>
    share === Number.POSITIVE_INFINITY ? members : fittingMembers(members, share);
  return {
    message: message === '' ? '""' : cutText(message, share),
    error: fitting(groups.error),
    fields: fitting(groups.fields),
    top: fitting(groups.top),
    bindings: fitting(groups.bindings),
    entries: fitting(groups.entries),
  };
}

const markKey = '"…"';

/** A part that was cut when it was written says so; the line has one mark. */
function withoutMark(members: readonly JsonMember[]): JsonMember[] {
  return members.filter(({ key }) => key !== markKey);
}

function member([name, value]: readonly [string, string]): JsonMember {
  return { key: JSON.stringify(name), value };
}

function entry({ key, value }: JsonMember): readonly [string, string] {
  return [JSON.parse(key) as string, value];
}

function namesOf({ logger, loggerJson }: Names): Pick<Names, 'logger' | 'loggerJson'> {
  return { logger, loggerJson };
}

// Never `undefined`, so that a layout takes the entries as they are given.
const noKeys: ReadonlySet<string> = new Set();
