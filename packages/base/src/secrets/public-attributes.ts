import { maskedConfiguration } from './masked-settings.js';
import { secrecyOf } from './secret-names.js';

/** Facts about a service for a page that anyone may read: without those that name a secret, and without secrets in the others. */
export function publicAttributes(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = Object.entries(attributes).filter(([name]) => secrecyOf(name) === false);
  return Object.fromEntries(named.map(([name, value]) => [name, maskedConfiguration(value)]));
}
