import { types } from 'node:util';
import type { CallArguments } from './call-fields.js';
import { isError } from './json/error-json.js';
import type { ValueWriter } from './json/value-writer.js';
import { asText, formatMessage } from './message-format.js';
import { type Internals, messagePrefix, scopeSymbol } from './pino-internals.js';

/** Sorts the arguments of a log method of `logger`. Never throws. */
export function callArguments(logger: Internals, args: readonly unknown[]): CallArguments {
  try {
    return argumentsOf(args, logger);
  } catch {
    return { fields: undefined, error: undefined, message: '[Unreadable]' };
  }
}

function argumentsOf(args: readonly unknown[], logger: Internals): CallArguments {
  const prefix = logger[messagePrefix] as string | undefined;
  const first = args[0];
  // The two common forms, without the way through formatting.
  if (args.length === 2 && typeof args[1] === 'string' && isPlain(first)) {
    return { fields: first, error: undefined, message: prefix === undefined ? args[1] : prefix + args[1] };
  }
  if (args.length === 1 && typeof first === 'string') {
    return { fields: undefined, error: undefined, message: prefix === undefined ? first : prefix + first };
  }
  return sortedArguments(args, prefix, () => logger[scopeSymbol].family.newWriter());
}

function sortedArguments(
  args: readonly unknown[],
  prefix: string | undefined,
  writer: () => ValueWriter,
): CallArguments {
  let fields: object | undefined;
  let error: unknown;
  let rest = args;
  const first = args[0];
  if (isError(first)) {
    error = first;
    rest = args.slice(1);
  } else if (typeof first === 'object' && first !== null) {
    fields = isPlain(first) ? first : fieldsOf(first);
    rest = args.slice(1);
  } else if (args.length > 1 && (first === undefined || first === null)) {
    rest = args.slice(1);
  }
  if (rest.length === 0 || rest[0] === undefined) return { fields, error, message: undefined };
  // log.error('failed', error): pino drops the error, since no placeholder takes it.
  if (isError(rest[0]) && error === undefined) return { fields, error: rest[0], message: undefined };
  const { text, rest: unused } = formatMessage(rest[0], rest.slice(1), writer);
  if (error === undefined) error = unused.find(isError);
  // log.info('message', { a: 1 }), as winston has it: pino drops the object, since no placeholder takes it.
  if (fields === undefined && typeof first === 'string')
    fields = unused.find((each) => isPlain(each) && !isError(each)) as object | undefined;
  return { fields, error, message: (prefix ?? '') + asText(text, writer) };
}

/** An object whose own members are its fields. A proxy may be one; it is read as carefully as everything. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === null;
  } catch {
    return false;
  }
}

/** Everything else that may come first: of a class instance what its `toJSON` returns, or its members; an object without members is a value. */
function fieldsOf(value: object): object {
  if (types.isProxy(value)) return value;
  if (isHttp(value, 'IncomingMessage')) return { req: value };
  if (isHttp(value, 'ServerResponse')) return { res: value };
  const hasMembers = !Array.isArray(value) && !types.isDate(value) && !types.isMap(value) && !types.isSet(value);
  if (!hasMembers || ArrayBuffer.isView(value)) return { value };
  if ('toJSON' in value && typeof value.toJSON === 'function') return shownBy(value as { toJSON(): unknown });
  return Object.keys(value).length > 0 ? value : { value };
}

/** What an object hides by its `toJSON` stays hidden when it is the fields themselves. */
function shownBy(value: { toJSON(): unknown }): object {
  try {
    const shown = value.toJSON();
    return isPlain(shown) ? shown : { value };
  } catch {
    return { value };
  }
}

function isHttp(value: object, name: string): boolean {
  try {
    return (value as { constructor?: { name?: unknown } }).constructor?.name === name;
  } catch {
    return false;
  }
}
