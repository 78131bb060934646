import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = (name: string): string => readFileSync(`${root}docs/${name}`, 'utf8');
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| -+ \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

describe('where do I change …', () => {
  const paths = [...page('architecture/where.md').matchAll(/`((?:[\w-]+\/)+[\w.-]*)`/g)].map(([, path = '']) => path);

  test('names files of all packages that have sources of their own', () => {
    expect(paths.length).toBeGreaterThan(60);
  });

  test.each(paths)('%s exists', (path) => {
    expect(existsSync(`${root}packages/${path}`) || existsSync(`${root}${path}`)).toBe(true);
  });
});

describe('which file declares an environment variable', () => {
  const section =
    page('architecture/where.md')
      .split('\n## ')
      .find((each) => each.startsWith('Environment variables')) ?? '';
  const rows = rowsOf(section).map(([names = '', files = '']) => ({
    names: [...names.matchAll(/`([A-Z_*]+)`/g)].map(
      ([, glob = '']) => new RegExp(`^${glob.replaceAll('*', '[A-Z_]+')}$`),
    ),
    files: [...files.matchAll(/`([\w/.-]+)`/g)].map(([, file = '']) => file),
  }));
  const variables = new Set([...page('environment.md').matchAll(/^\| `([A-Z_]+)`/gm)].map(([, name = '']) => name));

  test.each([...variables])('%s', (variable) => {
    const files = rows.filter(({ names }) => names.some((glob) => glob.test(variable))).flatMap((row) => row.files);
    // Variables of OTLP are declared once for all signals, by the end of their names.
    const declared = variable.replace(/^OTEL_EXPORTER_OTLP_(?:(?:METRICS|TRACES|LOGS)_)?(?=[A-Z]+(?:_[A-Z]+)?$)/, '');
    const texts = files.map((file) => readFileSync(`${root}packages/${file}`, 'utf8'));
    expect(files.length).toBeGreaterThan(0);
    expect(texts.some((text) => text.includes(variable) || text.includes(declared))).toBe(true);
  });
});

describe('packages, and their allowed imports', () => {
  const rows = rowsOf(page('architecture.md')).filter(([name = '']) => name.includes('](../packages/'));
  const mayImport: Readonly<Record<string, readonly string[]>> = createRequire(import.meta.url)('../may-import.cjs');
  const folders = [
    ...readdirSync(`${root}packages`),
    ...readdirSync(`${root}packages/backends`).map((name) => `backends/${name}`),
  ]
    .filter((name) => existsSync(`${root}packages/${name}/package.json`))
    .sort();

  test('lists every package', () => {
    const listed = rows.map(([name = '']) => /\.\.\/packages\/([^)]*)\)/.exec(name)?.[1]);
    expect(listed.sort()).toEqual(folders);
  });

  test.each(folders)('%s imports what the page says', (folder) => {
    const allowed = Object.entries(mayImport).find(([pattern]) => new RegExp(`^${pattern}$`).test(folder))?.[1] ?? [];
    const [, , said = ''] = rows.find(([name = '']) => name.includes(`../packages/${folder})`)) ?? [];
    const named = allowed.map((each) => (each === 'backends/[^/]+' ? 'backends' : each));
    expect(
      said
        .split(', ')
        .filter((each) => each !== 'nothing')
        .sort(),
    ).toEqual([...named].sort());
  });
});

test('each walk has at most eight steps', () => {
  for (const walk of ['increment', 'span', 'line', 'request']) {
    const steps = page(`architecture/${walk}.md`).match(/^\d+\. /gm) ?? [];
    expect(steps.length, walk).toBeGreaterThan(3);
    expect(steps.length, walk).toBeLessThanOrEqual(8);
  }
});
