/** A setting's value as text, without what must not be in a log: tokens, passwords, headers, credentials in URLs. */
export function maskedText(name: string, value: unknown): string {
  return shown(name, value, 0);
}

const secretName = /token|passw|secret|authoriz|credential|cookie|api[-_]?key|private[-_]?key|headers/i;
// Up to the last "@" before a path, so that a password with an "@" in it is not half shown.
const userInfo = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi;
const secretQuery = /([?&;][^=&\s]*(?:token|passw|secret|key|sig|auth)[^=&\s]*=)[^&#\s]*/gi;

function shown(name: string, value: unknown, depth: number): string {
  if (value === undefined) return 'not set';
  if (secretName.test(name)) return '***';
  switch (typeof value) {
    case 'string':
      return JSON.stringify(withoutSecrets(value));
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      break;
    default:
      return String(value);
  }
  if (value === null) return 'null';
  if (value instanceof RegExp) return String(value);
  if (depth >= 3) return '…';
  if (Array.isArray(value)) return `[${value.map((each) => shown('', each, depth + 1)).join(', ')}]`;
  if (!isPlain(value)) return 'an object';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, each]) => `${key}: ${shown(key, each, depth + 1)}`).join(', ')} }`;
}

/** Also used for environment variables that are quoted in a warning. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(userInfo, '$1***@').replaceAll(secretQuery, '$1***');
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
