import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from './service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('failing-service');
});
afterAll(() => service.remove());

async function ended(isLogged: string, end: string) {
  const child = service.start([isLogged, end], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout as NodeJS.ReadableStream),
    text(child.stderr as NodeJS.ReadableStream),
    once(child, 'close'),
  ]);
  return { stdout, stderr, code };
}

test.each([
  ['exception', 1, 'Uncaught exception', { type: 'Error', message: 'all is lost' }],
  ['rejection', 1, 'Unhandled rejection', { type: 'Error', message: 'all is lost' }],
  ['value', 1, 'Uncaught exception', { message: 'a text' }],
  ['caught', 7, 'Uncaught exception', { type: 'Error', message: 'all is lost' }],
])('an end by %s is one line, and what Node.js does and writes is as without', async (end, exitCode, msg, err) => {
  const [plain, logged] = [await ended('plain', end), await ended('logged', end)];
  expect([logged.code, logged.stderr]).toEqual([plain.code, plain.stderr]);
  expect(logged.code).toBe(exitCode);
  const lines = logged.stdout.trim().split('\n');
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 60, name: 'failing', msg, err });
  expect(logged.stdout).not.toContain('s3cret');
});

test('a rejection that the service takes care of is not its end', async () => {
  expect(await ended('logged', 'listened')).toEqual({ stdout: '', stderr: '', code: 8 });
});
