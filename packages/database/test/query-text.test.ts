import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cpuTime } from '../../../scripts/cpu-time.js';
import { describeQuery } from '../src/index.js';

test.each([
  ['SELECT * FROM orders WHERE id = $1', 'SELECT', 'orders', 'SELECT * FROM orders WHERE id = $1'],
  [
    "insert into public.users(name) values ('O''Neil', 42)",
    'INSERT',
    'public.users',
    'insert into public.users(name) values (?, ?)',
  ],
  ['UPDATE "Order Items" SET qty = qty - 1.5e3', 'UPDATE', 'Order Items', 'UPDATE "Order Items" SET qty = qty - ?'],
  ['DELETE FROM ONLY t2 -- secret 5\nWHERE a=1', 'DELETE', 't2', 'DELETE FROM ONLY t2 WHERE a=?'],
  [
    'WITH x AS (SELECT 1 FROM a) INSERT INTO b SELECT * FROM x',
    'INSERT',
    undefined, // two tables
    'WITH x AS (SELECT ? FROM a) INSERT INTO b SELECT * FROM x',
  ],
  ["SELECT $tag$it's secret$tag$, E'a\\'b', x'1F' FROM t", 'SELECT', 't', 'SELECT ?, ?, ? FROM t'],
  ['/* password=1 */ BEGIN', 'BEGIN', undefined, 'BEGIN'],
  ['CREATE TABLE IF NOT EXISTS logs (a int4)', 'CREATE', 'logs', 'CREATE TABLE IF NOT EXISTS logs (a int4)'],
  ['(SELECT 1) UNION (SELECT 2)', 'SELECT', undefined, '(SELECT ?) UNION (SELECT ?)'],
  ['nonsense', 'OTHER', undefined, 'nonsense'],
  ['', 'OTHER', undefined, ''],
])('%s', (sql, operation, collection, text) => {
  expect(describeQuery(sql)).toMatchObject({ operation, collection, text });
});

test('numbers of any spelling go, digits in names stay', () => {
  expect(describeQuery('SELECT .5, 0x1F, 1_000, 1.5E-3, t2.c3 FROM t2').text).toBe('SELECT ?, ?, ?, ?, t2.c3 FROM t2');
  expect(describeQuery('SELECT maß2,\u00a07 FROM "t"').text).toBe('SELECT maß2, ? FROM "t"');
});

test('a backslash escapes only if the text says so', () => {
  expect(describeQuery("SELECT 1 FROM t WHERE a LIKE'\\' OR b='hunter2'").text).toBe(
    'SELECT ? FROM t WHERE a LIKE? OR b=?',
  );
});

test('comments of PostgreSQL may hold comments', () => {
  expect(describeQuery('/* a /* b */ hunter2 */ SELECT 1 FROM t').text).toBe('SELECT ? FROM t');
});

describe('For MySQL', () => {
  test.each([
    ['SELECT * FROM `my table` WHERE a = "hunter2"', 'my table', 'SELECT * FROM `my table` WHERE a = ?'],
    ["UPDATE t SET a = 'it\\'s hunter2' WHERE b = 1", 't', 'UPDATE t SET a = ? WHERE b = ?'],
    ["SELECT 1 # it's hunter2\nFROM `db`.`t`", 'db.t', 'SELECT ? FROM `db`.`t`'],
  ])('%s', (sql, collection, text) => {
    expect(describeQuery(sql, 'mysql')).toMatchObject({ collection, text });
  });
});

test.each([
  ['microsoft.sql_server', "SELECT [it's] , 's3cret' FROM [t ]] x]", "SELECT [it's] , ? FROM [t ]] x]"],
  ['sqlite', "SELECT [it's] , 's3cret'", "SELECT [it's] , ?"],
  ['oracle.db', "SELECT q'[it's s3cret]' , nq'!it's!', 'x' FROM t", 'SELECT ? , ?, ? FROM t'],
  ['postgresql', "SELECT a[1], ARRAY['s3cret'], $é$s3cret 'a $x$ b$é$, 1", 'SELECT a[?], ARRAY[?], ?, ?'],
])("a quote within %s' own quotes opens no literal", (system, sql, text) => {
  expect(describeQuery(sql, system).text).toBe(text);
});

test("SQL Server's brackets are quotes", () => {
  expect(describeQuery('SELECT [x] FROM [dbo].[Order Items]').collection).toBe('dbo.Order Items');
});

describe('Any text', { timeout: 60_000 }, () => {
  test('is described without an error, and few operations come of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (sql) => {
        expect(describeQuery(sql).operation).toMatch(/^[A-Z]+$/);
      }),
    );
  });

  test('loses every string literal in it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ]{0,10}$/), (before) => {
        const { text } = describeQuery(`SELECT ${before} 'hunter2' , $$hunter2$$, 'a''hunter2' FROM t`);
        expect(text).not.toContain('hunter2');
      }),
    );
  });

  test('of 100 kB takes no long time', async () => {
    const ms = await cpuTime(() => {
      describeQuery(`SELECT ${"'a',".repeat(25_000)} 1`);
      describeQuery('('.repeat(100_000));
    });
    expect(ms).toBeLessThan(500); // many seconds if it grows with the square
  });
});
