import { spawnSync } from 'node:child_process';
import { createMetrics } from '@sightline/core';
import {
  type FamilySnapshot,
  pointsOf,
  prometheusFamilyName,
  prometheusLabelName,
  prometheusSampleName,
} from '@sightline/core/backend';
import { expect, test } from 'vitest';
import { collectHostMetrics } from '../../src/host/index.js';
import { collectProcessMetrics } from '../../src/process/index.js';

const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const isSkipped = !hasPromtool && process.env['CI'] !== 'true';
if (isSkipped) console.info('Skipped: promtool is missing. On Debian: apt-get install prometheus');

test.skipIf(isSkipped)("Prometheus' own linter finds nothing to say", async () => {
  const metrics = createMetrics();
  const collecting = collectProcessMetrics(metrics);
  const { families } = await metrics.collect();
  collecting.shutdown();
  const ours = families.filter(({ name }) => !name.startsWith('sightline_'));
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
    input: ours.map(exposition).join(''),
    encoding: 'utf8',
  });
  expect(ours.length).toBeGreaterThan(25);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});

test.skipIf(isSkipped).each(['semconv', 'hostmetrics'] as const)(
  'nor of the host by the names of %s',
  async (systemNames) => {
    const metrics = createMetrics();
    const collecting = collectHostMetrics(metrics, { systemNames });
    const { families } = await metrics.collect();
    collecting.shutdown();
    const ours = families.filter(({ name }) => name.startsWith('system'));
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: ours.map(exposition).join(''),
      encoding: 'utf8',
    });
    expect(ours.length).toBeGreaterThan(6);
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);

/** As little of the text format as the linter needs. */
function exposition(family: FamilySnapshot): string {
  const name = family.kind === 'histogram' ? prometheusFamilyName(family) : prometheusSampleName(family);
  const lines = [`# HELP ${name} ${family.help}`, `# TYPE ${name} ${family.kind === 'info' ? 'gauge' : family.kind}`];
  for (const point of pointsOf(family)) {
    const labels = Object.entries(point.labels).map(([label, value]) => `${prometheusLabelName(label)}="${value}"`);
    if (point.kind === 'histogram') {
      let total = 0;
      for (const [i, count] of point.bucketCounts.entries()) {
        total += count;
        lines.push(`${name}_bucket{${[...labels, `le="${point.bounds[i] ?? '+Inf'}"`].join()}} ${total}`);
      }
      lines.push(`${name}_sum{${labels.join()}} ${point.sum}`, `${name}_count{${labels.join()}} ${point.count}`);
    } else if (point.kind !== 'summary') {
      lines.push(`${name}{${labels.join()}} ${point.value}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
