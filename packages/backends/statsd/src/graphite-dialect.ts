import type { Dialect } from './dialect.js';
import { type CharacterSet, escapedCharacter, escapedText } from './escaped-text.js';
import { seriesTags } from './series-tags.js';

// Graphite's documentation, "Querying Series By Tag", allows more than these, but etsy's statsd drops the others.
const characters: CharacterSet = { all: /^[\w.-]*$/ };

/** `name;label=value:1|c`. */
export function graphiteDialect({
  prefix,
  tags,
}: {
  readonly prefix: string;
  readonly tags: ReadonlyMap<string, string>;
}): Dialect {
  return {
    hasHistograms: false,
    hasNegativeTimers: false,
    packsValues: false,
    series(family, ending = '') {
      const name = escapedText(prefix + family.name + ending, characters);
      const tagsOf = seriesTags(family, tags, (label, value) => `;${tagName(label)}=${escapedText(value, characters)}`);
      return { head: (i) => `${name}${tagsOf(i).join('')}:`, tail: () => '' };
    },
  };
}

/** Graphite keeps a metric's own name as the tag `name`. */
function tagName(label: string): string {
  return label === 'name' ? `${escapedCharacter('n')}ame` : escapedText(label, characters);
}
