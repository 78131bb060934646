/** A query without its values, and what it does to what. */
export interface DescribedQuery {
  /** With `?` for every literal (semantic conventions, "Sanitization of db.query.text"). */
  readonly text: string;
  /** `SELECT`, `INSERT` …; `OTHER` for what is no plain SQL. */
  readonly operation: string;
  /** The first table, without its quotes; `undefined` where it cannot be told. */
  readonly collection: string | undefined;
}

const operations: ReadonlySet<string> = new Set(
  'SELECT INSERT UPDATE DELETE MERGE WITH CALL COPY CREATE ALTER DROP TRUNCATE BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE SET SHOW LISTEN NOTIFY EXPLAIN VACUUM ANALYZE LOCK GRANT REVOKE'.split(
    ' ',
  ),
);

/** Never throws; a query of any length takes time in proportion to its first 10 000 characters. */
export function describeQuery(sql: string): DescribedQuery {
  const text = withoutLiterals(sql.slice(0, MOST_CHARACTERS));
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  const first = /^\(*\s*([a-z]+)/i.exec(plain)?.[1]?.toUpperCase() ?? '';
  // What a WITH is for comes after its parentheses.
  const operation = first === 'WITH' ? (mainOperationOf(plain) ?? 'WITH') : first;
  return {
    text: plain.slice(0, MOST_TEXT),
    operation: operations.has(operation) ? operation : 'OTHER',
    collection: collectionOf(plain),
  };
}

const MOST_CHARACTERS = 10_000;
const MOST_TEXT = 2048;

/** Quoted identifiers stay, strings, numbers and comments go. */
function withoutLiterals(sql: string): string {
  let out = '';
  for (let at = 0; at < sql.length; ) {
    const char = sql[at] as string;
    if (char === "'") {
      at = endOfQuoted(sql, at, "'");
      out = `${out.replace(/\b(?:e|b|x|u&)$/i, '')}?`;
    } else if (char === '"') {
      const end = endOfQuoted(sql, at, '"');
      out += sql.slice(at, end);
      at = end;
    } else if (sql.startsWith('--', at)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end;
    } else if (sql.startsWith('/*', at)) {
      const end = sql.indexOf('*/', at + 2);
      at = end < 0 ? sql.length : end + 2;
      out += ' ';
    } else if (char === '$') {
      const tag = /^\$(?:[a-z_]\w*)?\$/i.exec(sql.slice(at, at + 66))?.[0];
      if (tag === undefined) {
        const parameter = /^\$\d+/.exec(sql.slice(at, at + 12))?.[0] ?? '$';
        out += parameter;
        at += parameter.length;
      } else {
        const end = sql.indexOf(tag, at + tag.length);
        at = end < 0 ? sql.length : end + tag.length;
        out += '?';
      }
    } else if (/\d/.test(char) && !/[\w$."]$/.test(out)) {
      const number = /^[\d.]+(?:e[+-]?\d+)?/i.exec(sql.slice(at, at + 400))?.[0] ?? char;
      out += '?';
      at += number.length;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

/** Behind the closing quote; a doubled quote is part of the text. */
function endOfQuoted(sql: string, start: number, quote: string): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\' && quote === "'" && /e$/i.test(sql.slice(Math.max(0, start - 1), start))) at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

function mainOperationOf(plain: string): string | undefined {
  let depth = 0;
  for (const [, open, close, word] of plain.matchAll(/(\()|(\))|\b(SELECT|INSERT|UPDATE|DELETE|MERGE)\b/gi)) {
    if (open !== undefined) depth++;
    else if (close !== undefined) depth--;
    else if (depth === 0) return word?.toUpperCase();
  }
  return undefined;
}

function collectionOf(plain: string): string | undefined {
  const match =
    /\b(?:FROM|INTO|UPDATE|TABLE|JOIN)\s+(?:ONLY\s+|IF\s+(?:NOT\s+)?EXISTS\s+)?((?:"[^"]+"|[a-z_][\w$]*)(?:\.(?:"[^"]+"|[a-z_][\w$]*))*)/i.exec(
      plain,
    );
  return match?.[1]?.replaceAll('"', '').slice(0, 100);
}
