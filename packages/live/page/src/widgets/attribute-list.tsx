import type { VNode } from 'preact';
import type { Attributes } from '../../../src/model/answers.js';
import { formatValue } from '../format/value.js';
import { Facts } from './facts.js';

export interface AttributeListProps {
  readonly attributes: Attributes;
  readonly label: string;
  /** Where a click on a value leads: usually to what has the same. */
  readonly hrefOf?: (key: string, value: unknown) => string;
}

/** Attributes by name. Values are text, whatever they contain. */
export function AttributeList({ attributes, label, hrefOf }: AttributeListProps): VNode {
  const facts = Object.entries(attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value: formatValue(value), href: hrefOf?.(name, value) }));
  return facts.length === 0 ? <p class="none">No attributes.</p> : <Facts facts={facts} label={label} />;
}
