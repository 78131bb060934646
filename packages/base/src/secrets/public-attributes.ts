import { maskedConfiguration } from './masked-settings.js';
import { secrecyOf } from './secret-names.js';

/** Attributes of a service for a public endpoint: without those with secret names, and without secrets in the others. */
export function publicAttributes(
  attributes: Readonly<Record<string, string | number>>,
): Readonly<Record<string, string | number>> {
  const named = Object.entries(attributes).filter(([name]) => secrecyOf(name) === false);
  return Object.fromEntries(
    named.map(([name, value]) => [name, typeof value === 'string' ? maskedConfiguration(value) : value]),
  );
}
