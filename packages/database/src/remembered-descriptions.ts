import { type DescribedQuery, describeQuery } from './query-text.js';

/**
 * `describeQuery` that remembers: queries are few and come again and again. What it keeps is bounded, also for texts that are all different
 * or long: those of more than 10 000 characters, of which only so many are read, are not kept.
 */
export function rememberedDescriptions(system: string): (sql: string) => DescribedQuery {
  const known = new Map<string, DescribedQuery>();
  let characters = 0;
  return (sql) => {
    if (sql.length > MAX_TEXT) return describeQuery(sql, system);
    const remembered = known.get(sql);
    if (remembered !== undefined) return remembered;
    const described = copiedParts(describeQuery(sql, system));
    if (known.size >= MAX_QUERIES || characters + sql.length > MAX_CHARACTERS) {
      known.clear();
      characters = 0;
    }
    characters += sql.length;
    known.set(copied(sql), described);
    return described;
  };
}

const MAX_TEXT = 10_000;
const MAX_QUERIES = 1000;
/** Of all texts together: 2 MB, and as much for what is made of them. */
const MAX_CHARACTERS = 1_000_000;

function copiedParts({ text, operation, collection, summary }: DescribedQuery): DescribedQuery {
  return {
    text: copied(text),
    operation: copied(operation),
    collection: collection === undefined ? undefined : copied(collection),
    summary: summary === undefined ? undefined : copied(summary),
  };
}

/** A part of a string keeps the whole of it in memory: a query out of a file of many, for example. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
