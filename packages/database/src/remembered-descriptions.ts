import { type DescribedQuery, describeQuery } from './query-text.js';

/**
 * `describeQuery` with a bounded cache: a service has few distinct queries. Queries of more than 10 000 characters are not kept.
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
/** Most characters of all queries together: 2 MB, and as much for their descriptions. */
const MAX_CHARACTERS = 1_000_000;

function copiedParts({ text, operation, collection, summary }: DescribedQuery): DescribedQuery {
  return {
    text: copied(text),
    operation: copied(operation),
    collection: collection === undefined ? undefined : copied(collection),
    summary: summary === undefined ? undefined : copied(summary),
  };
}

/** Copies the string: a substring keeps its whole source in memory, such as a file with many queries. */
function copied(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
