import type { Dialect } from './dialect.js';
import { type CharacterSet, escapedText } from './escaped-text.js';
import { seriesTags } from './series-tags.js';

export interface DogStatsdTexts {
  readonly prefix: string;
  readonly tags: ReadonlyMap<string, string>;
  /** The fields after the tags: `|c:…` and `|e:…`. */
  readonly origin: string;
  readonly packsValues: boolean;
}

// Datadog's documentation, "Datagram Format": names are ASCII letters, digits, `_` and `.`; fields end at `|`, tags at `,`
// and a tag's name at its first `:`.
const nameCharacters: CharacterSet = { all: /^[\w.-]*$/ };
const tagNameCharacters: CharacterSet = { all: /^[^,|:\p{Cc}]*$/u };
const tagValueCharacters: CharacterSet = { all: /^[^,|\p{Cc}]*$/u };

/** `name:1|c|#label:value`. */
export function dogstatsdDialect({ prefix, tags, origin, packsValues }: DogStatsdTexts): Dialect {
  return {
    hasHistograms: true,
    hasNegativeTimers: true,
    packsValues,
    series(family, ending = '') {
      const head = `${escapedText(prefix + family.name + ending, nameCharacters)}:`;
      const tagsOf = seriesTags(
        family,
        tags,
        (name, value) => `${escapedText(name, tagNameCharacters)}:${escapedText(value, tagValueCharacters)}`,
      );
      return {
        head: () => head,
        tail(i) {
          const texts = tagsOf(i);
          return (texts.length === 0 ? '' : `|#${texts.join(',')}`) + origin;
        },
      };
    },
  };
}
