/** A value for a message: strings are quoted and shortened. Never runs code of the value. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
    case 'bigint':
      return `${value}n`;
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    default:
      return value === null ? 'null' : isArray(value) ? 'an array' : 'an object';
  }
}

/** The message of a thrown value: that of an error, else the value as a string. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return valueText(thrown); // not convertible to a string: `Object.create(null)`, a getter that throws
  }
}

/** A thrown value as one short line: `TypeError: x is not a function`. Never throws. */
export function errorText(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return valueText(thrown);
    return `${thrown.name}: ${thrown.message}`.slice(0, 200).replace(/[.\s]+$/, '');
  } catch {
    return 'an error that cannot be read';
  }
}

function isArray(value: unknown): boolean {
  try {
    return Array.isArray(value);
  } catch {
    return false; // a revoked proxy
  }
}
