import { isObjectOrFunction } from '@sightline/base';

/**
 * What a span and a metric call a message: what the service's `typeOf` says; else a string itself, `type` or `name` of an object, or
 * the name of its class. Whatever the message is, this never throws: it is named, not judged.
 * @param onFailure called where `typeOf` throws or gives something else than a string
 */
export function messageType(
  message: unknown,
  typeOf: ((message: unknown) => string | undefined) | undefined,
  onFailure: () => void,
): string {
  try {
    const own: unknown = typeOf?.(message);
    if (own !== undefined && typeof own !== 'string') throw new TypeError('no string');
    if (own !== undefined) return own.slice(0, MAX_TYPE);
  } catch {
    onFailure();
    return UNKNOWN;
  }
  try {
    return typeName(message).slice(0, MAX_TYPE);
  } catch {
    return UNKNOWN; // a getter or a proxy that throws
  }
}

const MAX_TYPE = 100;
const UNKNOWN = 'unknown';

function typeName(message: unknown): string {
  if (typeof message === 'string') return message;
  if (typeof message === 'symbol') return message.description ?? 'symbol';
  if (!isObjectOrFunction(message)) return typeof message;
  const { type, name } = message as { type?: unknown; name?: unknown };
  if (typeof message !== 'function' && typeof type === 'string') return type;
  if (typeof name === 'string') return name;
  const className: unknown = typeof message === 'function' ? undefined : message.constructor?.name;
  return typeof className !== 'string' || className === 'Object' ? UNKNOWN : className;
}
