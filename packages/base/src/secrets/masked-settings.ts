import { valueText } from '../value-text.js';
import { secrecyOf } from './secret-names.js';
import { withoutTextSecrets } from './text-secrets.js';
import { withoutUrlCredentials } from './url-credentials.js';

/** A setting's value as a string without secrets: tokens, passwords, headers, credentials in URLs. */
export function maskedSetting(name: string, value: unknown): string {
  return shown(name, value, 0);
}

/** A wrong value for an error: short, as JSON, without secrets. Never throws. */
export function quotedSetting(name: string, value: unknown): string {
  const secrecy = secrecyOf(name);
  if (secrecy === true && value !== undefined && value !== null && value !== '') return MASK;
  // Before escaping, so that quotes within the string are not changed.
  if (typeof value === 'string') return shortened(JSON.stringify(maskedConfiguration(value)));
  if (typeof value !== 'object') return valueText(value);
  let json: string | undefined;
  try {
    json = JSON.stringify(value, (key, each: unknown) => (hooks.test(key) ? withoutPath(each) : each)) ?? 'an object';
  } catch {
    return valueText(value); // a circular object, or a getter that throws
  }
  return shortened(maskedConfiguration(json));
}

/** Cut behind the masks, so that no secret loses what it is known by. */
function shortened(json: string): string {
  return json.length > MAX_QUOTED ? `${json.slice(0, MAX_QUOTED - 3)}...` : json;
}

const MAX_QUOTED = 300;

/** A string of configuration, such as a URL or a variable's value, without secrets: for messages and `explain()`. */
export function maskedConfiguration(text: string): string {
  const withoutUsers = withoutUrlCredentials(text, MASK, { keepsUser: false, knowsPorts: false });
  return withoutTextSecrets(withoutUsers, MASK, mayNameSecret).replaceAll(bareCredentials, `$1${MASK}@`);
}

/** A web address without its path, because the path of a webhook is secret. Other values unchanged. */
export function withoutPath(address: unknown): unknown {
  const text = address instanceof URL ? address.href : address;
  if (typeof text !== 'string') return address;
  return text.replaceAll(/(https?:\/\/[^\s/?#"'<>]{1,300})[/?#][^\s"'<>]+/gi, `$1/${MASK}`);
}

const MASK = '***';
// Settings that hold the address of a webhook.
const hooks = /(?:alert|hook)s?(?:_?ur[li])?$/i;
// Headers of exporters usually hold credentials.
const headers = /headers?$/i;
// In configuration every key, signature and credential is secret.
const alsoSecret = /key|sig|auth|cred|passw|token|secret/i;
// `user:password@host` and `token@host` without a scheme. With a scheme, two slashes follow the colon.
const bareCredentials = /(^|[\s"'=(])(?:[^\s:@/"'=(]{1,200}|[^\s:@/"'=(]{0,200}:(?!\/\/)[^\s"']{1,1000})@(?=[\w.[])/g;

function mayNameSecret(name: string): boolean {
  return secrecyOf(name) !== false || alsoSecret.test(name);
}

function shown(name: string, value: unknown, depth: number): string {
  if (value === undefined) return 'not set';
  if (hooks.test(name) && withoutPath(value) !== value) return shown('', withoutPath(value), depth);
  const secrecy = secrecyOf(name);
  const isPlainValue = typeof value === 'number' || typeof value === 'boolean';
  if (secrecy === true || headers.test(name) || (secrecy !== false && !isPlainValue)) return MASK;
  switch (typeof value) {
    case 'string':
      return JSON.stringify(maskedConfiguration(value));
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
  if (value instanceof URL) return JSON.stringify(maskedConfiguration(value.href));
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
