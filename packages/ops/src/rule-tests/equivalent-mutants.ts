import type { Mutant } from './mutants.js';

/** Why no test can notice a mutant; `undefined` if one must. */
export function equivalenceOf(mutant: Mutant): string | undefined {
  return equivalents.find(({ isOne }) => isOne(mutant))?.proof;
}

const equivalents: ReadonlyArray<{ isOne(mutant: Mutant): boolean; readonly proof: string }> = [
  {
    isOne: ({ change, changed }) =>
      /^without the label (?:service|signal|slo)$/.test(change) && /\b(?:signal|slo):\w+:rate5m\{/.test(changed.expr),
    proof:
      'The expression reads recorded series that are selected by this label with the same value, and neither its functions nor its ' +
      'operators remove labels: the alert has the label without the rule setting it.',
  },
];
