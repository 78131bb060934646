import { nearestName } from '@sightline/base';

/**
 * Says which names in `given` are not among `known`, and what they were probably meant to be.
 * @param hint where an option belongs that is known elsewhere, as a sentence
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
