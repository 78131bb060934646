/** A value as it reads in a message: strings quoted and short, and never a call of the value's own code. */
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
      return 'a function';
    case 'symbol':
      return 'a symbol';
    default:
      return value === null ? 'null' : isArray(value) ? 'an array' : 'an object';
  }
}

/** The message of what was thrown: that of an error, else the value as a string. Never throws. */
export function messageOf(thrown: unknown): string {
  try {
    return thrown instanceof Error ? String(thrown.message) : String(thrown);
  } catch {
    return valueText(thrown); // no string can be made of it: `Object.create(null)`, a getter that throws
  }
}

/** What was thrown, in one short line: `TypeError: x is not a function`. Never throws. */
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
