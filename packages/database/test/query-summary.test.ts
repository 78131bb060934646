import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cpuTime } from '../../../scripts/cpu-time.js';
import { describeQuery } from '../src/index.js';

test.each<[sql: string, summary: string | undefined, collection?: string | undefined]>([
  ['SELECT * FROM wuser_table WHERE username = ?', 'SELECT wuser_table', 'wuser_table'],
  ['select * from orders', 'select orders', 'orders'],
  ['INSERT INTO shipping_details SELECT order_id, address FROM orders', 'INSERT shipping_details SELECT orders'],
  ['SELECT * FROM songs, artists WHERE songs.a = artists.id', 'SELECT songs artists'],
  ['SELECT d FROM (SELECT * FROM orders o JOIN customers c ON o.c = c.id)', 'SELECT SELECT orders customers'],
  ['SELECT * FROM "song list", artists', 'SELECT "song list" artists'],
  ['SELECT EXTRACT(EPOCH FROM created_at) FROM orders', 'SELECT orders', 'orders'],
  ['SELECT TRIM(BOTH \'x\' FROM name), SUBSTRING(a FROM 2) FROM "Kunden"', 'SELECT "Kunden"', 'Kunden'],
  ['SELECT 1 FROM t WHERE a IS NOT DISTINCT FROM b', 'SELECT t', 't'],
  [
    'WITH moved AS (DELETE FROM queue WHERE done RETURNING *) INSERT INTO archive SELECT * FROM moved',
    'DELETE queue INSERT archive SELECT',
  ],
  [
    'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n+1 FROM t), u AS (SELECT 1 FROM a) SELECT * FROM t, u',
    'SELECT SELECT a SELECT',
  ],
  ['UPDATE IGNORE foo SET a = 1', 'UPDATE foo', 'foo'],
  ['UPDATE LOW_PRIORITY IGNORE foo SET a = 1', 'UPDATE foo', 'foo'],
  ['UPDATE OR REPLACE foo SET a = 1', 'UPDATE foo', 'foo'],
  ['UPDATE foo f SET a = b.c FROM bar b WHERE b.id = f.id', 'UPDATE foo bar'],
  ['UPDATE a JOIN b ON a.id = b.id SET a.x = 1, a.y = 2', 'UPDATE a b'],
  ['UPDATE foo SET a = (SELECT max(x) FROM bar)', 'UPDATE foo SELECT bar'],
  ['SELECT (SELECT count(*) FROM items), name FROM orders', 'SELECT SELECT items orders'],
  ['SELECT * FROM t FOR UPDATE OF t, u', 'SELECT t', 't'],
  ['INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = 3', 'INSERT t', 't'],
  ['INSERT IGNORE INTO t SELECT a FROM u ON DUPLICATE KEY UPDATE a = 1, b = 2', 'INSERT t SELECT u'],
  ['INSERT OR IGNORE INTO t VALUES (1)', 'INSERT t', 't'],
  ['REPLACE INTO t VALUES (1)', 'REPLACE t', 't'],
  ['DELETE FROM ONLY t2 WHERE a = 1', 'DELETE t2', 't2'],
  ['DELETE a, b FROM a INNER JOIN b ON a.id = b.id', 'DELETE a b'],
  ['DELETE t WHERE a = 1', 'DELETE t', 't'],
  ['DELETE TOP (10) FROM t', 'DELETE t', 't'],
  ['DELETE FROM films USING producers WHERE a = b', 'DELETE films producers'],
  [
    'MERGE INTO wines w USING changes s ON s.a = w.a WHEN MATCHED THEN UPDATE SET x = 1 WHEN NOT MATCHED THEN INSERT VALUES (1)',
    'MERGE wines changes',
  ],
  ['SELECT * FROM generate_series(1, 10) g JOIN LATERAL unnest(a) ON true', 'SELECT'],
  ['SELECT * FROM ONLY s.t AS x LEFT JOIN u USING (id), v WHERE a IN (1, 2)', 'SELECT s.t u v'],
  ['SELECT "from" FROM "order"."select"', 'SELECT "order"."select"', 'order.select'],
  ['SELECT a.from, b.select FROM größe', 'SELECT größe', 'größe'],
  ['SELECT * FROM テーブル', 'SELECT テーブル', 'テーブル'],
  ['SELECT [x] FROM [dbo].[Order Items] WITH (NOLOCK)', 'SELECT [dbo].[Order Items]', 'dbo.Order Items'],
  ['SELECT * FROM db..t', 'SELECT db..t', 'db..t'],
  ['CREATE TABLE IF NOT EXISTS logs (a int)', 'CREATE TABLE logs', 'logs'],
  ['CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)', 'CREATE INDEX i', 'i'],
  ['DROP TABLE IF EXISTS a, b', 'DROP TABLE a b'],
  ['ALTER TABLE ONLY t ADD COLUMN c int', 'ALTER TABLE t', 't'],
  ['TRUNCATE TABLE a', 'TRUNCATE a', 'a'],
  ['CALL refresh(1)', 'CALL refresh', 'refresh'],
  ['EXPLAIN ANALYZE SELECT * FROM t', 'EXPLAIN SELECT t'],
  ['COPY t (a) FROM STDIN', 'COPY t', 't'],
  ['SELECT 1; SELECT * FROM t', 'SELECT SELECT t'],
  ['(SELECT 1) UNION (SELECT 2 FROM t)', 'SELECT SELECT t'],
  ['SELECT a INTO t2 FROM t', 'SELECT t2 t'],
  ['SELECT a INTO @x FROM t', 'SELECT t', 't'],
  ['SELECT * FROM (a JOIN b ON a.i = b.i), c', 'SELECT a b c'],
  ['SELECT * FROM ((a))', 'SELECT a', 'a'],
  ['SELECT * FROM ((SELECT 1 FROM x) UNION (SELECT 2 FROM y)) z', 'SELECT SELECT x SELECT y'],
  ['SELECT * FROM ROWS FROM (f(1), g(2)) x', 'SELECT'],
  ['EXEC @result = dbo.p @a = 1', 'EXEC dbo.p', 'dbo.p'],
  ['EXPLAIN (ANALYZE, BUFFERS) SELECT * FROM t', 'EXPLAIN SELECT t'],
  ['SELECT * FROM "a ""b"""', 'SELECT "a ""b"""', 'a "b"'],
  ['BEGIN', 'BEGIN'],
  ['SET search_path TO a', 'SET'],
  ['SELECT', 'SELECT'],
  ['nonsense from here', undefined],
  ['', undefined],
])('%s', (sql, summary, collection) => {
  expect(describeQuery(sql)).toMatchObject({ summary, collection });
});

test('has at most 255 characters, cut between names', () => {
  const { summary } = describeQuery(`SELECT * FROM ${Array.from({ length: 100 }, (_, i) => `table_${i}`).join(', ')}`);
  expect(summary?.length).toBeLessThanOrEqual(255);
  expect(summary).toMatch(/^SELECT( table_\d+)+$/);
});

test('never throws, and takes a table only from where tables stand', () => {
  const piece = fc.constantFrom(
    ...'SELECT INSERT INTO UPDATE DELETE FROM JOIN ON WITH AS ( ) , . ; WHERE SET VALUES USING MERGE "q" `q` [q] t u x.y ? $1 TOP ONLY EXISTS CREATE TABLE DROP é'.split(
      ' ',
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const { summary = '' } = describeQuery(pieces.join(' '));
      for (const word of summary.split(/[ .]/)) if (word !== '') expect(pieces.join(' ')).toContain(word);
    }),
  );
});

test('takes no long time', async () => {
  const ms = await cpuTime(() => {
    for (const piece of ['DELETE ', 'WITH a AS (', 'SELECT a FROM ', 'EXPLAIN ', '"', '[', 'a.', 'TOP '])
      describeQuery(piece.repeat(5000));
  });
  expect(ms).toBeLessThan(2000);
});
