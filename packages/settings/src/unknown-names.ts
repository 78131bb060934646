import { nearestName } from '@sightline/base';

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
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const suggestion = hint(name) ?? (nearest === undefined ? undefined : `Did you mean "${nearest}"?`);
      const sentence = suggestion === undefined ? '' : ` ${suggestion}`;
      return `${subject} has an unknown option "${name}".${sentence} Its options are ${known.join(', ')}.`;
    });
}
