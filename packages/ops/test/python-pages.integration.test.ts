import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { requirePython } from '../../../scripts/servers/require-server.js';
import { pageMetrics } from '../src/catalogue/page-metrics.js';
import { parsePage } from '../src/exposition/parse-page.js';
import type { PageFormat } from '../src/exposition/parse-sample.js';

const python = requirePython('prometheus_client');
const program = fileURLToPath(new URL('./python-registries.py', import.meta.url));

type Sample = readonly [name: string, labels: Readonly<Record<string, string>>, value: string];

const numbers: Readonly<Record<string, number>> = { inf: Infinity, '-inf': -Infinity, nan: Number.NaN };
const numberOf = (text: string): number => numbers[text] ?? Number(text);
const keyOf = (name: string, labels: Iterable<readonly [string, string]>, value: number): string =>
  JSON.stringify([name, [...labels].sort(([a], [b]) => (a < b ? -1 : 1)), String(value)]);

describe.skipIf(python === undefined)('Pages of Python’s client', { timeout: 300_000 }, () => {
  test('are read as they were recorded', () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const lines = execFileSync(python ?? '', [program, String(seed), String(rounds(3000))], {
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    for (const line of lines.trimEnd().split('\n')) {
      const [format, page, samples] = JSON.parse(line) as [PageFormat, string, Sample[]];
      const families = parsePage(page, format);
      expect(parsePage(page), `seed ${seed}`).toEqual(families); // the format is recognised
      pageMetrics(page);
      const read = families.flatMap((family) =>
        family.samples.map(({ name, labels, value }) => keyOf(name, labels, value)),
      );
      const recorded = samples.map(([name, labels, value]) => keyOf(name, Object.entries(labels), numberOf(value)));
      expect(read.sort(), `seed ${seed}`).toEqual(recorded.sort());
    }
  });
});
