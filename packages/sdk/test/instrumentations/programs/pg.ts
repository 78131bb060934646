import { trace } from '@opentelemetry/api';
import pg from 'pg';
import { program } from './program.js';

program(async () => {
  const connectionString = process.env['SERVER_URL'] ?? '';
  const pool = new pg.Pool({ connectionString, max: 2 });
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    await pool.query('SELECT $1::text AS name', ['Ada']);
    await Promise.all([pool.query('SELECT 1 AS first'), pool.query('SELECT 2 AS second')]);
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query({ text: 'SELECT $1::int', values: [1], name: 'numbered' });
    await client.query('COMMIT');
    client.release();
    await pool.query('SELECT * FROM nothing').catch(() => {});
    span.end();
  });
  await pool.query('SELECT 3'); // without a parent
  await pool.end();
});
