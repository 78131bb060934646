import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { runService } from '../service-process.mjs';

/**
 * 3, destinations of lines: levels, alerts, files and their rotation.
 * @param {string} project
 * @param {import('../report.mjs').Report} report
 */
export async function logDestinations(project, report) {
  await byLevel(project, report);
  await rotation(project, report);
}

async function byLevel(/** @type {string} */ project, /** @type {import('../report.mjs').Report} */ { item }) {
  /** @type {any[]} */
  const alerts = [];
  const server = createServer(async (request, response) => {
    alerts.push(JSON.parse(String(Buffer.concat(await request.toArray()))));
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const file = join(project, 'debug.log');
  const webhook = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/alert`;
  const { lines, errors } = await runService(project, 'destinations.mjs', { DEBUG_FILE: file, WEBHOOK: webhook });
  server.close();
  const messages = (/** @type {any[]} */ all) => all.map(({ msg }) => msg).filter((msg) => msg?.startsWith('at '));

  await item('3', 'error, warning, info and critical go to standard output, debug does not', () => {
    assert.deepEqual(messages(lines), ['at info', 'at warning', 'at error', 'at critical'], errors);
  });
  await item('3', 'all of them, and debug, go to the file', () => {
    const written = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(messages(written), ['at debug', 'at info', 'at warning', 'at error', 'at critical']);
  });
  await item('3', 'critical goes to a webhook', () => {
    assert.equal(alerts.length, 1);
    assert.equal(JSON.parse(alerts[0].text).msg, 'at critical');
  });
  await item('3', 'critical goes to a callback', () => {
    assert.deepEqual(lines.find(({ called }) => called)?.called, ['at critical']);
  });
}

const DAY_MS = 86_400_000;
const dayOf = (/** @type {number} */ timeMs) => new Date(timeMs).toISOString().slice(0, 10);

/** With the defaults of LOG_FILE, on files that lie there as after a long time. */
async function rotation(/** @type {string} */ project, /** @type {import('../report.mjs').Report} */ { item }) {
  const logged = async (/** @type {string} */ name, /** @type {(folder: string) => void} */ prepare) => {
    const folder = join(project, name);
    mkdirSync(folder);
    prepare(folder);
    const { code, errors } = await runService(project, 'destinations.mjs', { LOG_FILE: join(folder, 'app.log') });
    assert.equal(code, 0, errors);
    return readdirSync(folder).filter((each) => !each.endsWith('.lock'));
  };
  await item('3', 'LOG_FILE writes to a file', async () => {
    assert.deepEqual(await logged('plain', () => {}), ['app.log']);
    assert.match(readFileSync(join(project, 'plain/app.log'), 'utf8'), /at critical/);
  });
  await item('3', 'a file is rolled at 100 MB, and 10 are kept', async () => {
    const today = dayOf(Date.now());
    const files = await logged('sizes', (folder) => {
      for (let i = 1; i <= 12; i++) writeFileSync(join(folder, `app.${today}.${i}.log`), '{}\n');
      writeFileSync(join(folder, 'app.log'), '{}\n');
      truncateSync(join(folder, 'app.log'), 99_999_990);
    });
    const rolled = files.filter((name) => name !== 'app.log').sort();
    assert.equal(rolled.length, 10, files.join(' '));
    assert.ok(rolled.includes(`app.${today}.13.log`), files.join(' '));
  });
  await item('3', 'a file below 100 MB is not rolled', async () => {
    const files = await logged('smaller', (folder) => {
      writeFileSync(join(folder, 'app.log'), '{}\n');
      truncateSync(join(folder, 'app.log'), 99_000_000);
    });
    assert.deepEqual(files, ['app.log']);
  });
  await item('3', 'a file is rolled daily, and 30 days are kept', async () => {
    const now = Date.now();
    const files = await logged('days', (folder) => {
      for (let i = 2; i <= 40; i++) writeFileSync(join(folder, `app.${dayOf(now - i * DAY_MS)}.log`), '{}\n');
      writeFileSync(join(folder, 'app.log'), '{}\n');
      const yesterday = new Date(now - DAY_MS);
      utimesSync(join(folder, 'app.log'), yesterday, yesterday);
    });
    const rolled = files.filter((name) => name !== 'app.log').sort();
    assert.equal(rolled.length, 30, files.join(' '));
    assert.equal(rolled.at(-1), `app.${dayOf(now - DAY_MS)}.log`);
  });
}
