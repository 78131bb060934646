import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPage } from '../../page/build-page.mjs';

const run = promisify(execFile);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-build-'));
  await buildPage(folder, { minify: true });
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const files = async (): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

test('is a page, a script and a style whose names change with their content', async () => {
  expect((await files()).map((file) => file.replace(/\.[\w-]{8}\./, '.hash.')).sort()).toEqual(
    ['assets/index.hash.css', 'assets/index.hash.js', 'index.html'].flatMap((file) => [
      file,
      `${file}.br`,
      `${file}.gz`,
    ]),
  );
});

test('programs that are started after a build are not in production by it', async () => {
  const { NODE_ENV: _, ...env } = process.env;
  const module = new URL('../../page/build-page.mjs', import.meta.url).href;
  const code = `
    const { buildPage } = await import(${JSON.stringify(module)});
    await buildPage(${JSON.stringify(join(folder, 'again'))}, { minify: false });
    console.log(process.env.NODE_ENV);`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code], { env });
  await rm(join(folder, 'again'), { recursive: true });
  expect(stdout.trim()).toBe('undefined');
}, 60_000);

test('everything lies there compressed as well', async () => {
  for (const file of (await files()).filter((name) => !/\.(br|gz)$/.test(name))) {
    const bytes = await readFile(join(folder, file));
    expect(gunzipSync(await readFile(join(folder, `${file}.gz`))).equals(bytes), file).toBe(true);
    expect(brotliDecompressSync(await readFile(join(folder, `${file}.br`))).equals(bytes), file).toBe(true);
  }
});

// docs/decisions/live.md says so.
test('scripts and styles take at most 80 kB to load', async () => {
  const sizes = await Promise.all(
    (await files())
      .filter((file) => /\.(js|css)\.gz$/.test(file))
      .map(async (file) => (await readFile(join(folder, file))).length),
  );
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(80_000);
});

test('has nothing inline, and loads nothing from elsewhere', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
  expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
    'data:,',
    expect.stringMatching(/^\.\/assets\/index\.[\w-]+\.js$/),
    expect.stringMatching(/^\.\/assets\/index\.[\w-]+\.css$/),
  ]);
  for (const file of (await files()).filter((name) => /\.(js|css)$/.test(name))) {
    const text = await readFile(join(folder, file), 'utf8');
    expect(
      text.match(/\bhttps?:\/\/[^\s"'`)]+/g)?.filter((address) => !known.some((each) => address.startsWith(each))) ??
        [],
      file,
    ).toEqual([]);
    expect(text, file).not.toMatch(/@import|url\((?!data:|#)|\bimport\(|sourceMappingURL/);
  }
});

test('knows nothing of the machine it was built on', async () => {
  for (const file of (await files()).filter((name) => /\.(js|css|html)$/.test(name))) {
    const text = await readFile(join(folder, file), 'utf8');
    expect(text.includes('/packages/live/'), file).toBe(false);
    expect(/jsxDEV|lineNumber:/.test(text), file).toBe(false);
  }
});

/** Names of namespaces, which are not loaded. */
const known = ['http://www.w3.org/'];
