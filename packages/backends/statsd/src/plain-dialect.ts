import { type FamilySnapshot, presentLabels } from '@sightline/core/backend';
import type { Dialect } from './dialect.js';
import { type CharacterSet, escapedCharacter, escapedText } from './escaped-text.js';

const nameCharacters: CharacterSet = { all: /^[\w.-]*$/ };
/** Without the dot, which begins the next part of the name. */
const partCharacters: CharacterSet = { all: /^[\w-]*$/ };

/**
 * `name.value1.value2:1|c`: label values follow the name in label order; default labels are left out. Where a value would
 * make a name that another metric has or begins with, its first character is escaped.
 * @param families all that are sent together, so that such names are known
 */
export function plainDialect({ prefix }: { readonly prefix: string }, families: readonly FamilySnapshot[]): Dialect {
  const continuations = nameContinuations(families);
  return {
    hasHistograms: false,
    hasNegativeTimers: false,
    packsValues: false,
    series(family, ending = '') {
      const { labelNames, labelValues, rows } = family;
      const name = escapedText(prefix + family.name + ending, nameCharacters);
      const taken = continuations.get(escapedText(family.name + ending, nameCharacters));
      return {
        head(i) {
          let text = name;
          const first = (rows[i] ?? 0) * labelNames.length;
          for (let k = 0; k < presentLabels(family, i); k++) {
            const part = escapedText(labelValues[first + k] ?? '', partCharacters);
            text +=
              k === 0 && taken?.has(part) === true
                ? `.${escapedCharacter(part.charAt(0))}${part.slice(1)}`
                : `.${part}`;
          }
          return `${text}:`;
        },
        tail: () => '',
      };
    },
  };
}

/** The next segments of longer names, by name: `jobs` has `mail` if there is `jobs.mail.sent`. */
function nameContinuations(families: readonly FamilySnapshot[]): Map<string, Set<string>> {
  const continuations = new Map<string, Set<string>>();
  for (const name of families.flatMap(namesOf)) {
    const parts = escapedText(name, nameCharacters).split('.');
    for (let length = 1; length < parts.length; length++) {
      const start = parts.slice(0, length).join('.');
      const next = continuations.get(start) ?? new Set();
      continuations.set(start, next.add(parts[length] ?? ''));
    }
  }
  return continuations;
}

function namesOf(family: FamilySnapshot): string[] {
  if (family.kind !== 'summary') return [family.name];
  return ['.count', '.sum', ...family.quantiles.map(quantileEnding)].map((ending) => family.name + ending);
}

/** `.p99` for 0.99; 0.999 is `.p99_9`, because a dot would begin another part. */
export function quantileEnding(quantile: number): string {
  // 0.999 * 100 is 99.9 and something.
  return `.p${String(Number((quantile * 100).toPrecision(12))).replaceAll('.', '_')}`;
}
