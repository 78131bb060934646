import { valueText } from '@sightline/base';
import { labelText } from './label-text.js';

/** The object that values passed by position were meant as: `{ queue: "mail", outcome: … }`. */
export function namedLabels(names: readonly string[], given: unknown): string {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  const members = names.map((name, i) => {
    const value = values[i];
    return `"${name}": ${labelText(value) === undefined ? '…' : valueText(value)}`;
  });
  return `{ ${members.join(', ')} }`;
}
