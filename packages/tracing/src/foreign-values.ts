import { type Context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';

// Callers without types, and peers, may give anything: revoked proxies, which throw whatever is asked of them, proxies that answer
// without end, and arrays with a length of thousands of millions and nothing in them.

/** Longest list that is read. Lists of fields and messages are short. */
const MOST_ITEMS = 10_000;

/** A copy of the list, or `undefined` for what is none or too long. Never throws. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  try {
    if (!Array.isArray(value) || !(value.length <= MOST_ITEMS)) return undefined;
    const items: unknown[] = [];
    for (let i = 0; i < value.length; i++) items.push(value[i]);
    return items;
  } catch {
    return undefined;
  }
}

/** A member of options, or `undefined` where there is none or it cannot be read. */
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

/** A text among options; what is none counts as not given. */
export function textOption<Options extends object>(
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
    // A proxy may have whatever it is asked for.
    return hasMethods && (value as Context).getValue(unknownKey) === undefined;
  } catch {
    return false;
  }
}

/** By what the engine knows: `instanceof` alone asks a proxy for its prototypes, which may go on for long. */
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

/** Also one of another realm, or of a class that extends it. */
export function isMap(value: unknown): value is Map<unknown, unknown> {
  try {
    if (typeof value !== 'object' || value === null) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    // What the next line throws for, as it mostly would, takes microseconds.
    if (prototype === Object.prototype || prototype === null || Array.isArray(value)) return false;
    Map.prototype.has.call(value as Map<unknown, unknown>, undefined);
    return true;
  } catch {
    return false; // none, or a proxy
  }
}
