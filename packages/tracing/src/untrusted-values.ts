import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

// Callers without types, and peers, may pass anything: revoked proxies, which throw on every access, proxies that answer without
// end, and empty arrays with a length of billions.

/** Longest list that is read. Real lists of fields and messages are short. */
const MAX_ITEMS = 10_000;

/** A copy of the list; `undefined` if it is no list or too long. Never throws. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  try {
    if (!Array.isArray(value) || !(value.length <= MAX_ITEMS)) return undefined;
    const items: unknown[] = [];
    for (let i = 0; i < value.length; i++) items.push(value[i]);
    return items;
  } catch {
    return undefined;
  }
}

/** A member of options; `undefined` if it is absent or cannot be read. */
export function optionOf<Options extends object, Name extends keyof Options>(
  options: Options | null | undefined,
  name: Name,
): Options[Name] | undefined {
  try {
    return options?.[name];
  } catch {
    return undefined;
  }
}

/** A string among options; any other value counts as absent. */
export function stringOption<Options extends object>(
  options: Options | null | undefined,
  name: keyof Options,
): string | undefined {
  const value: unknown = optionOf(options, name);
  return typeof value === 'string' ? value : undefined;
}

const unknownKey = createContextKey('sightline.tracing.unknown');

/** Whether a value may be used as a context of OpenTelemetry. */
export function isContext(value: unknown): value is Context {
  try {
    if (value === ROOT_CONTEXT) return true;
    const { getValue, setValue, deleteValue } = value as Partial<Context>;
    const hasMethods = [getValue, setValue, deleteValue].every((method) => typeof method === 'function');
    // A proxy may claim to have any method.
    return hasMethods && (value as Context).getValue(unknownKey) === undefined;
  } catch {
    return false;
  }
}

/** Asks the engine first: `instanceof` alone asks a proxy for its prototypes, which may take for ever. */
export function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && value instanceof Uint8Array;
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  try {
    return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === ArrayBuffer.prototype;
  } catch {
    return false; // a revoked proxy
  }
}

/** Also a Map of another realm, or of a subclass. */
export function isMap(value: unknown): value is Map<unknown, unknown> {
  try {
    if (typeof value !== 'object' || value === null) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    // Plain objects are excluded first, because the throw of the next check takes microseconds.
    if (prototype === Object.prototype || prototype === null || Array.isArray(value)) return false;
    Map.prototype.has.call(value as Map<unknown, unknown>, undefined);
    return true;
  } catch {
    return false; // no Map, or a proxy
  }
}
