/** Operations and targets of a query (semantic conventions, "Generating query summary"). */
export interface QuerySummary {
  /**
   * Operations and their targets in the order and spelling of the query: `INSERT archive SELECT orders`. At most 255 characters, cut
   * between words; `undefined` if it is no SQL.
   */
  readonly summary: string | undefined;
  /** The operation of the whole statement, in capitals. */
  readonly operation: string | undefined;
  /** The target, without its quotes, if there is exactly one operation and one target; otherwise it is uncertain. */
  readonly collection: string | undefined;
}

/** @param sql without literals and comments. Takes time in proportion to its length. */
export function summarizeQuery(sql: string): QuerySummary {
  const reader = new SummaryReader(sql.match(tokens) ?? []);
  reader.read();
  const { operations, targets, words, main } = reader;
  let summary: string | undefined;
  for (const word of words) {
    const longer: string = summary === undefined ? word : `${summary} ${word}`;
    if (longer.length > MAX_SUMMARY) break;
    summary = longer;
  }
  const [target] = targets;
  const isCertain = operations.length === 1 && targets.length === 1 && target !== undefined;
  return {
    summary,
    operation: main ?? operations[0],
    collection: isCertain ? unquoted(target).slice(0, MAX_COLLECTION) : undefined,
  };
}

const MAX_SUMMARY = 255;
const MAX_COLLECTION = 100;

// Quoted names, words, and signs.
const tokens = /"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\[[^[\]]*\]?|[\p{L}_@#][\p{L}\p{M}\p{N}_$#@]*|[$:]\w+|\S/gu;
const name = /^(?:"|`|\[[^\]]|[\p{L}_@#])/u;

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

// Words that begin a statement. They are operations only there, not in `FOR UPDATE`, `ON DELETE CASCADE` or `WHEN MATCHED THEN INSERT`.
const statements = set(
  'INSERT UPDATE DELETE MERGE REPLACE CALL EXEC EXECUTE COPY CREATE ALTER DROP TRUNCATE BEGIN START COMMIT ROLLBACK SAVEPOINT RELEASE SET SHOW LISTEN NOTIFY EXPLAIN DESCRIBE VACUUM ANALYZE LOCK GRANT REVOKE USE',
);
// Words that end a list of tables.
const endsFrom = set(
  'WHERE GROUP ORDER HAVING LIMIT OFFSET FETCH UNION EXCEPT INTERSECT MINUS WINDOW SET RETURNING FOR VALUES QUALIFY CONNECT START',
);
// Words between an operation and its target.
const modifiers = set(
  'ONLY IGNORE LOW_PRIORITY HIGH_PRIORITY DELAYED QUICK OVERWRITE INTO TABLE IF NOT EXISTS LATERAL CONCURRENTLY BINARY OR ABORT FAIL ROLLBACK REPLACE',
);
const notNames = set(
  'SELECT WHERE SET VALUES ON AS JOIN INNER LEFT RIGHT FULL CROSS NATURAL UNION EXCEPT INTERSECT GROUP ORDER HAVING LIMIT DEFAULT WITH USING FROM',
);
const objects = set(
  'TABLE INDEX VIEW DATABASE SCHEMA SEQUENCE FUNCTION PROCEDURE TRIGGER TYPE ROLE USER EXTENSION DOMAIN POLICY PUBLICATION',
);

/** One pair of parentheses, or the whole statement. */
interface Frame {
  /** Whether a statement may begin here. */
  isAtStart: boolean;
  operation: string;
  /** Whether names after commas are tables. */
  isFrom: boolean;
  /** Whether the next name is a target; `'table'` may also be a function, which is no target. */
  expected: 'table' | 'object' | undefined;
  /** Whether the next name is one defined by a WITH. */
  isNaming: boolean;
  isWith: boolean;
}

class SummaryReader {
  readonly words: string[] = [];
  readonly operations: string[] = [];
  readonly targets: string[] = [];
  /** The first operation outside parentheses. */
  main: string | undefined;
  readonly #tokens: readonly string[];
  readonly #given = new Set<string>();
  #frames: Frame[] = [newFrame()];
  #at = 0;

  constructor(all: readonly string[]) {
    this.#tokens = all;
  }

  read(): void {
    // A long list of tables is cut, and has no certain target.
    const isEnough = (): boolean => this.words.length > MAX_SUMMARY && this.main !== undefined;
    for (; this.#at < this.#tokens.length && !isEnough(); this.#at++) this.#token(this.#tokens[this.#at] as string);
  }

  #token(token: string): void {
    const frame = this.#frames.at(-1) as Frame;
    switch (token) {
      case '(':
        this.#frames.push(this.#holdsTables(frame) ? { ...newFrame(), ...tablesOf(frame) } : newFrame());
        frame.expected = undefined;
        return;
      case ')':
        if (this.#frames.length > 1) this.#frames.pop();
        this.#closed(this.#frames.at(-1) as Frame);
        return;
      case ';':
        this.#frames = [newFrame()];
        return;
      case ',':
        if (frame.isWith && frame.operation === '') frame.isNaming = true;
        else if (frame.isFrom) frame.expected = 'table';
        return;
    }
    // After a dot there is a column.
    if (!name.test(token) || this.#tokens[this.#at - 1] === '.') {
      frame.isAtStart = false;
      return;
    }
    const word = /^\w/.test(token) ? token.toUpperCase() : '';
    if (frame.isNaming && word !== 'RECURSIVE') {
      frame.isNaming = false;
      this.#given.add(bare(token));
      return;
    }
    if (frame.expected !== undefined && this.#takesTarget(frame, token, word)) return;
    this.#keyword(frame, token, word);
  }

  /** `FROM (a JOIN b ON …)`: tables in parentheses, and no query. */
  #holdsTables(frame: Frame): boolean {
    const isTable = frame.isFrom && frame.expected === 'table';
    return isTable && !/^(?:SELECT|WITH|VALUES|TABLE)$/i.test(this.#tokens[this.#at + 1] ?? '');
  }

  /** After the parentheses of a WITH the statement begins. */
  #closed(frame: Frame): void {
    frame.isAtStart = frame.isWith && frame.operation === '';
  }

  /** @returns whether the token is the target, or precedes it */
  #takesTarget(frame: Frame, token: string, word: string): boolean {
    if (word === 'TOP') {
      // `DELETE TOP (10) FROM`
      this.#skipParentheses();
      return true;
    }
    const next = this.#tokens[this.#at + 1];
    // `ROWS FROM (f(1), g(2))`, `EXEC @result = p`
    if (word === 'ROWS' && next?.toUpperCase() === 'FROM') {
      frame.expected = undefined;
      return true;
    }
    if (next === '=' && token.startsWith('@')) return true;
    if (modifiers.has(word) && next !== '.' && next !== undefined && (name.test(next) || next === '(')) return true;
    const { expected } = frame;
    frame.expected = undefined;
    if (notNames.has(word)) return false;
    let target = token;
    while (this.#tokens[this.#at + 1] === '.') {
      const part = this.#tokens[this.#at + 2];
      const isPart = part !== undefined && (name.test(part) || part === '.');
      if (!isPart) break;
      target += part === '.' ? '.' : `.${part}`;
      this.#at += part === '.' ? 1 : 2;
    }
    const isFunction = expected === 'table' && this.#tokens[this.#at + 1] === '(';
    if (!isFunction && !this.#given.has(bare(target))) {
      this.targets.push(target);
      this.words.push(target);
    }
    return true;
  }

  #keyword(frame: Frame, token: string, word: string): void {
    const wasAtStart = frame.isAtStart;
    frame.isAtStart = false;
    if (word === 'SELECT') {
      this.#begin(frame, token, word);
    } else if (wasAtStart && word === 'WITH') {
      frame.isWith = true;
      frame.isNaming = true;
    } else if (wasAtStart && statements.has(word)) {
      this.#statement(frame, token, word);
    } else if (word === 'FROM') {
      if (!/^(?:SELECT|DELETE|UPDATE)$/.test(frame.operation) || this.#isComparison()) return;
      frame.isFrom = true;
      frame.expected = 'table';
    } else if (word === 'JOIN' || word === 'STRAIGHT_JOIN') {
      if (frame.isFrom) frame.expected = 'table';
    } else if (word === 'INTO') {
      // `SELECT a INTO t2 FROM t` creates a table; variables and files are no tables.
      const makesTable =
        frame.operation === 'SELECT' && !/^(?:[@:$]|(?:OUT|DUMP)FILE$)/i.test(this.#tokens[this.#at + 1] ?? '');
      if (makesTable || /^(?:INSERT|MERGE|REPLACE)$/.test(frame.operation)) frame.expected = 'object';
    } else if (word === 'USING') {
      if (!/^(?:DELETE|MERGE)$/.test(frame.operation) || this.#tokens[this.#at + 1] === '(') return;
      frame.isFrom = true;
      frame.expected = 'table';
    } else if (endsFrom.has(word) || (word === 'KEY' && this.#wordBefore(1) === 'DUPLICATE')) {
      frame.isFrom = false;
    }
  }

  #statement(frame: Frame, token: string, word: string): void {
    const next = this.#tokens[this.#at + 1];
    if (word === 'REPLACE' && next === '(') return;
    switch (word) {
      case 'CREATE':
      case 'ALTER':
      case 'DROP':
        return this.#definition(frame, token, word);
      case 'UPDATE':
      case 'TRUNCATE':
        this.#begin(frame, token, word);
        frame.isFrom = true;
        frame.expected = 'object';
        return;
      case 'DELETE':
        this.#begin(frame, token, word);
        // MySQL may list tables before FROM, a subset of those after it; other dialects may omit FROM.
        if (!this.#hasFrom()) frame.expected = 'object';
        return;
      case 'INSERT':
      case 'REPLACE':
      case 'MERGE':
      case 'CALL':
      case 'EXEC':
      case 'EXECUTE':
      case 'LOCK':
      case 'COPY':
        this.#begin(frame, token, word);
        if (next !== '(') frame.expected = 'object';
        return;
      case 'EXPLAIN':
        this.#begin(frame, token, word);
        while (/^(?:ANALYZE|VERBOSE)$/i.test(this.#tokens[this.#at + 1] ?? '')) this.#at++;
        if (this.#tokens[this.#at + 1] === '(') this.#skipParentheses();
        frame.operation = '';
        frame.isAtStart = true;
        return;
      default:
        this.#begin(frame, token, word);
    }
  }

  /** `CREATE UNIQUE INDEX`, `DROP TABLE`: the kind of object belongs to the operation. */
  #definition(frame: Frame, token: string, word: string): void {
    this.#begin(frame, token, word);
    for (let ahead = 1; ahead <= 4; ahead++) {
      const kind = this.#tokens[this.#at + ahead];
      if (kind === undefined || !objects.has(kind.toUpperCase())) continue;
      this.words.push(kind);
      this.#at += ahead;
      frame.expected = 'object';
      frame.isFrom = word === 'DROP';
      return;
    }
  }

  #begin(frame: Frame, token: string, word: string): void {
    frame.operation = word;
    frame.isFrom = false;
    frame.expected = undefined;
    this.operations.push(word);
    this.words.push(token);
    if (this.#frames.length === 1) this.main ??= word;
  }

  /** `a IS [NOT] DISTINCT FROM b` */
  #isComparison(): boolean {
    return this.#wordBefore(1) === 'DISTINCT' && /^(?:IS|NOT)$/.test(this.#wordBefore(2));
  }

  #hasFrom(): boolean {
    let depth = 0;
    for (let at = this.#at + 1; at < this.#tokens.length && depth >= 0; at++) {
      const token = this.#tokens[at];
      if (token === '(') depth++;
      else if (token === ')') depth--;
      else if (token === ';') return false;
      else if (depth === 0 && token?.toUpperCase() === 'FROM') return true;
    }
    return false;
  }

  /** To the next `)`: `EXPLAIN (ANALYZE, BUFFERS)`, `DELETE TOP (10)`. */
  #skipParentheses(): void {
    while (this.#at < this.#tokens.length - 1 && this.#tokens[this.#at] !== ')') this.#at++;
  }

  #wordBefore(count: number): string {
    return this.#tokens[this.#at - count]?.toUpperCase() ?? '';
  }
}

function newFrame(): Frame {
  return { isAtStart: true, operation: '', isFrom: false, expected: undefined, isNaming: false, isWith: false };
}

/** The fields of a frame whose parentheses are in the place of a table. */
function tablesOf({ operation }: Frame): Partial<Frame> {
  return { isAtStart: false, isFrom: true, expected: 'table', operation };
}

/** A name, or several with dots between them, without quotes: a doubled quote means one. */
function unquoted(target: string): string {
  return target.replaceAll(/"((?:[^"]|"")*)"?|`((?:[^`]|``)*)`?|\[([^[\]]*)\]?/g, (_whole, ...groups: unknown[]) => {
    const [double, back, bracketed] = groups as ReadonlyArray<string | undefined>;
    return double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? bracketed ?? '';
  });
}

/** Names without quotes are the same in any case. */
function bare(given: string): string {
  return given.replaceAll(/["`[\]]/g, '').toLowerCase();
}
