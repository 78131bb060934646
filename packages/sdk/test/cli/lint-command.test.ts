import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { lintCommand } from '../../src/cli/lint-command.js';

const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys({ ...before, ...process.env })) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

async function lint(source: string, ...flags: string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-lint-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, flags.includes('--commonjs') ? 'metrics.cjs' : 'metrics.mjs');
  await writeFile(path, source);
  const out: string[] = [];
  const err: string[] = [];
  const code = await lintCommand([path, ...flags.filter((flag) => flag !== '--commonjs')], {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
  });
  return { code, out, err };
}

const declares = (name: string, labels = ''): string =>
  `metrics.counter('${name}', { help: 'Jobs that were done.', labelNames: [${labels}] });`;

test('a function that declares metrics is called with a collector', async () => {
  const { code, out } = await lint(`export function declareMetrics(metrics) { ${declares('jobs_total', "'queue'")} }`);
  expect(out).toEqual(['1 metrics, 0 errors, 0 warnings']);
  expect(code).toBe(0);
});

test('errors are printed, one a line, and fail', async () => {
  const { code, out } = await lint(`export const declare = (metrics) => { ${declares('jobs', "'user_id'")} };`);
  expect(out).toEqual([
    'warning  jobs is a counter: call it "jobs_total". (counter-suffix)',
    'error  jobs has the label "user_id", and every value is a series. Put it on spans and log lines instead. (id-label)',
    '1 metrics, 1 errors, 1 warnings',
  ]);
  expect(code).toBe(1);
});

test('warnings fail only if asked to', async () => {
  const source = `module.exports = { declare: (metrics) => { ${declares('jobs')} } };`;
  expect((await lint(source, '--commonjs')).code).toBe(0);
  expect((await lint(source, '--commonjs', '--strict')).code).toBe(1);
  expect((await lint(source, '--commonjs', '--strict', '--ignore', 'jobs:counter-suffix')).code).toBe(0);
});

test('labels may be allowed and forbidden', async () => {
  const source = `export const declare = (metrics) => { ${declares('jobs_total', "'user_id', 'team'")} };`;
  expect((await lint(source, '--allow-label', 'user_id')).code).toBe(0);
  expect((await lint(source, '--allow-label', 'user_id', '--forbid-label', 'team')).code).toBe(1);
});

test('problems come as JSON for other programs', async () => {
  const { out } = await lint(`export const declare = (metrics) => { ${declares('jobs')} };`, '--json');
  expect(JSON.parse(out.join(''))).toMatchObject([{ metric: 'jobs', rule: 'counter-suffix', level: 'warning' }]);
});

test.each([
  ['a module without metrics', 'export const a = 1;', 'declares no metrics'],
  ['a module that throws', 'throw new Error("no config");', 'no config'],
])('%s cannot be checked', async (_what, source, message) => {
  const { code, err } = await lint(source);
  expect(code).toBe(2);
  expect(err.join()).toContain(message);
});

test('a function that wants something else is named, and so is a rule that there is not', async () => {
  const { code, err } = await lint('export const remove = (user) => user.account.close();');
  expect(code).toBe(2);
  expect(err.join()).toContain('the exported function "remove" was called with a collector');
  const ignoring = await lint('export const a = 1;', '--ignore', 'jobs:sufix');
  expect(ignoring.code).toBe(2);
  expect(ignoring.err.join()).toContain('there is no rule "sufix". Rules are help, name-style');
});

test("Sightline's own metrics are not counted as the service's", async () => {
  const wrong = `metrics.counter('jobs_total', { help: 'Jobs.' }).inc(-1);`;
  expect((await lint(`export const declare = (metrics) => { ${wrong} };`)).out).toEqual([
    '1 metrics, 0 errors, 0 warnings',
  ]);
});

test('an unknown option is told', async () => {
  const { code, err } = await lint('', '--strickt');
  expect(code).toBe(2);
  expect(err.join()).toContain('--strickt');
});
