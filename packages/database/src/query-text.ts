import { summarizeQuery } from './query-summary.js';

/** A query without its values, with its operations and tables. */
export interface DescribedQuery {
  /** With `?` for every literal (semantic conventions, "Sanitization of db.query.text"). */
  readonly text: string;
  /** `SELECT`, `INSERT` …; `OTHER` if it is no plain SQL. */
  readonly operation: string;
  /** The table, without quotes or brackets, if the query has exactly one operation and one table; otherwise it is uncertain. */
  readonly collection: string | undefined;
  /** Operations and tables in their order, `INSERT archive SELECT orders` (semantic conventions, `db.query.summary`). */
  readonly summary: string | undefined;
}

/**
 * Describes a query without its values. Never throws; reads only the first 10 000 characters.
 * @param system the conventions' name: `mysql` and `mariadb` have strings in double quotes, too, and escape by backslashes;
 *   `microsoft.sql_server` and `sqlite` have names in brackets, `oracle.db` strings such as `q'[it's]'`
 */
export function describeQuery(sql: string, system = 'postgresql'): DescribedQuery {
  const text = withoutLiterals(sql.slice(0, MAX_CHARACTERS), {
    isMysql: /^(mysql|mariadb)$/.test(system),
    hasBrackets: /sql_?server|^mssql$|^sqlite$/.test(system),
    isOracle: system.startsWith('oracle'),
  });
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  const { operation, collection, summary } = summarizeQuery(plain);
  return { text: plain.slice(0, MAX_TEXT), operation: operation ?? 'OTHER', collection, summary };
}

interface Dialect {
  readonly isMysql: boolean;
  /** Whether names may be in `[…]`. */
  readonly hasBrackets: boolean;
  readonly isOracle: boolean;
}

const MAX_CHARACTERS = 10_000;
const MAX_TEXT = 2048;

/** Keeps quoted identifiers; removes strings, numbers and comments. */
function withoutLiterals(sql: string, { isMysql, hasBrackets, isOracle }: Dialect): string {
  let out = '';
  for (let at = 0; at < sql.length; ) {
    const char = sql[at] as string;
    if (isOracle && char === "'" && /(?:^|[^\w$])n?q$/i.test(out.slice(-3))) {
      at = endOfAlternativeQuoted(sql, at);
      out = `${out.replace(/n?q$/i, '')}?`;
    } else if (char === "'" || (char === '"' && isMysql)) {
      at = endOfQuoted(sql, at, isMysql || /(?:^|[^\w$])e$/i.test(sql.slice(Math.max(0, at - 2), at)));
      out = `${out.replace(/\b(?:e|b|x|n|u&)$/i, '')}?`;
    } else if (char === '"' || char === '`' || (char === '[' && hasBrackets)) {
      const end = char === '[' ? endOfBracketed(sql, at) : endOfQuoted(sql, at, false);
      out += sql.slice(at, end);
      at = end;
    } else if (sql.startsWith('--', at) || (char === '#' && isMysql)) {
      const end = sql.indexOf('\n', at);
      at = end < 0 ? sql.length : end;
    } else if (sql.startsWith('/*', at)) {
      at = endOfComment(sql, at, !isMysql);
      out += ' ';
    } else if (char === '$') {
      const tag = /^\$(?:[\p{L}_][\p{L}\p{M}\p{N}_]*)?\$/u.exec(sql.slice(at, at + 66))?.[0];
      if (tag === undefined) {
        const parameter = /^\$\d+/.exec(sql.slice(at, at + 12))?.[0] ?? '$';
        out += parameter;
        at += parameter.length;
      } else {
        const end = sql.indexOf(tag, at + tag.length);
        at = end < 0 ? sql.length : end + tag.length;
        out += '?';
      }
    } else if (/\d/.test(char) && !/[\w\p{L}\p{M}$."`]$/u.test(out)) {
      at += numberAt(sql, at);
      out += '?';
    } else if (char === '.' && /\d/.test(sql[at + 1] ?? '') && !/[\w\p{L}\p{M}$"`\]]$/u.test(out)) {
      at += numberAt(sql, at);
      out += '?';
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

/** The length of the number: `1_000`, `0x1F`, `1.5e-3`. */
function numberAt(sql: string, at: number): number {
  return /^(?:0[xob][\da-f_]+|[\d._]+(?:e[+-]?\d+)?)/i.exec(sql.slice(at, at + 400))?.[0].length ?? 1;
}

/** The index after the closing quote; a doubled quote belongs to the string, and also one after an escaping backslash. */
function endOfQuoted(sql: string, start: number, backslashEscapes: boolean): number {
  const quote = sql[start];
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] === '\\' && backslashEscapes) at++;
    else if (sql[at] === quote) {
      if (sql[at + 1] !== quote) return at + 1;
      at++;
    }
  }
  return sql.length;
}

function endOfBracketed(sql: string, start: number): number {
  for (let at = start + 1; at < sql.length; at++) {
    if (sql[at] !== ']') continue;
    if (sql[at + 1] !== ']') return at + 1;
    at++;
  }
  return sql.length;
}

/** The index after `q'[…]'`; any other character may replace the brackets. */
function endOfAlternativeQuoted(sql: string, start: number): number {
  const opening = sql.charAt(start + 1);
  const closing = `${closings.get(opening) ?? opening}'`;
  const end = sql.indexOf(closing, start + 2);
  return end < 0 ? sql.length : end + closing.length;
}

const closings: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
  ['<', '>'],
]);

function endOfComment(sql: string, start: number, areNested: boolean): number {
  let depth = 0;
  for (let at = start; at < sql.length; at++) {
    if (sql.startsWith('/*', at) && (areNested || depth === 0)) {
      depth++;
      at++;
    } else if (sql.startsWith('*/', at)) {
      depth--;
      at++;
      if (depth === 0) return at + 1;
    }
  }
  return sql.length;
}
