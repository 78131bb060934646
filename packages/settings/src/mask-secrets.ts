import { secrecyOf, withoutTextSecrets, withoutUrlCredentials } from '@sightline/base/secrets';

/** A setting's value as text, without what must not be in a log: tokens, passwords, headers, credentials in URLs. */
export function maskedText(name: string, value: unknown): string {
  return shown(name, value, 0);
}

/** A text of configuration, such as a URL or a variable's value, without its secrets: for messages and `explain()`. */
export function withoutSecrets(text: string): string {
  const withoutUsers = withoutUrlCredentials(text, MASK, { keepsUser: false });
  return withoutTextSecrets(withoutUsers, MASK, mayNameSecret).replaceAll(bareCredentials, `$1${MASK}@`);
}

const MASK = '***';
// Headers of exporters hold credentials as a rule.
const headers = /headers?$/i;
// In what is configured a key, a signature or a credential is a secret, whatever it is for.
const alsoSecret = /key|sig|auth|cred|passw|token|secret/i;
// `user:password@host` without a scheme. What stands behind the colon of one with a scheme begins with two slashes.
const bareCredentials = /(^|[\s"'=(])[^\s:@/"'=(]{0,200}:(?!\/\/)[^\s"']{1,1000}@(?=[\w.[])/g;

function mayNameSecret(name: string): boolean {
  return secrecyOf(name) !== false || alsoSecret.test(name);
}

function shown(name: string, value: unknown, depth: number): string {
  if (value === undefined) return 'not set';
  const secrecy = secrecyOf(name);
  const isPlainValue = typeof value === 'number' || typeof value === 'boolean';
  if (secrecy === true || headers.test(name) || (secrecy !== false && !isPlainValue)) return MASK;
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
  if (value instanceof URL) return JSON.stringify(withoutSecrets(value.href));
  if (depth >= 3) return '…';
  if (Array.isArray(value)) return `[${value.map((each) => shown('', each, depth + 1)).join(', ')}]`;
  if (!isPlain(value)) return 'an object';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, each]) => `${key}: ${shown(key, each, depth + 1)}`).join(', ')} }`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
