import { valueText } from '@sightline/base';

/** The object that values passed by position were meant as: `{ queue: "mail", outcome: … }`. */
export function namedLabels(names: readonly string[], given: unknown): string {
  const values: readonly unknown[] = Array.isArray(given) ? given : [given];
  const members = names.map((name, i) => `${keyText(name)}: ${isLabelValue(values[i]) ? valueText(values[i]) : '…'}`);
  return `{ ${members.join(', ')} }`;
}

function isLabelValue(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}
