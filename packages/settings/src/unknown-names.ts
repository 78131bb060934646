import { nearestName } from '@sightline/base';
import { quotedSetting } from '@sightline/base/secrets';

/**
 * A sentence for each name in `given` that is not among `known`, with the name that was probably meant.
 * @param hint a sentence about an option that belongs elsewhere
 */
export function unknownNames(
  subject: string,
  given: object,
  known: readonly string[],
  hint: (name: string) => string | undefined = () => undefined,
): string[] {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const problems = unknown.slice(0, MAX_NAMED).map((name) => {
    const nearest = nearestName(name, known);
    const suggestion = hint(name) ?? (nearest === undefined ? undefined : `Did you mean "${nearest}"?`);
    const sentence = suggestion === undefined ? '' : ` ${suggestion}`;
    return `${subject} has an unknown option ${quotedSetting('', name)}.${sentence} Its options are ${known.join(', ')}.`;
  });
  const more = unknown.length - problems.length;
  return more === 0 ? problems : [...problems, `${subject} has ${more} more unknown options.`];
}

/** `process.env` in the place of options has a hundred. */
const MAX_NAMED = 10;
