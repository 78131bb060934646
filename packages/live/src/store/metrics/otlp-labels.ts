import { createHash } from 'node:crypto';
import type { FlatAttributes } from '@sightline/otlp/encode';
import { REDACTED, type SafeTexts } from '../values/safe-texts.js';
import type { Labels } from './line-head.js';

/** The attributes of a point as labels: without secrets, and as strings. */
export function labelsOf(texts: SafeTexts, attributes: FlatAttributes): Labels {
  const labels: Record<string, string> = Object.create(null);
  for (let i = 0; i + 1 < Math.min(attributes.length, 2 * MAX_LABELS); i += 2) {
    const key = texts.key(String(attributes[i]));
    const value = attributes[i + 1];
    labels[key.name] = texts.isSecret(key, value) ? REDACTED : texts.text(labelText(value), MAX_LABEL);
  }
  return labels;
}

const MAX_LABELS = 64;
const MAX_LABEL = 512;

function labelText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return '';
  if (value instanceof Uint8Array) return Buffer.from(value.subarray(0, MAX_LABEL)).toString('base64');
  return typeof value === 'object'
    ? JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
    : String(value);
}

/** Equal for the same attributes in any order: a set of attributes has none. */
export function labelsKey(attributes: FlatAttributes): string {
  if (attributes.length === 0) return '';
  const pairs: string[] = [];
  for (let i = 0; i + 1 < attributes.length; i += 2) {
    pairs.push(`${String(attributes[i])}\u0000${labelText(attributes[i + 1])}`);
  }
  const key = (pairs.length > 1 ? pairs.sort() : pairs).join('\u0001');
  return key.length > MAX_KEY ? createHash('sha256').update(key).digest('base64') : key;
}

const MAX_KEY = 1000;
