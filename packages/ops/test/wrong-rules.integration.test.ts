import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { hasPromtool, promtools } from '../../../scripts/servers/promtool.js';
import { runPromtool } from '../src/rule-tests/promtool.js';

/** Forms of rules that are copied from page to page, and what is wrong with them: why ours are not written so. */
const wrongForms: readonly WrongForm[] = [
  {
    title: 'a ratio of vectors that are not summed fires at 0.1 % of failures',
    series: { 'r_total{status="200"}': '0+999x30', 'r_total{status="500"}': '0+1x30' },
    wrong: 'rate(r_total{status=~"5.."}[5m]) / rate(r_total[5m]) > 0.05',
    isWrongFiring: true,
    right:
      '(sum(rate(r_total{status=~"5.."}[5m])) or 0 * sum(rate(r_total[5m]))) / (sum(rate(r_total[5m])) > 0) > 0.05',
    isRightFiring: false,
  },
  {
    title: 'failures per second, compared with a share, are silent although half of all sagas fail',
    series: { 'saga_total{status="completed"}': '0+3x30', 'saga_total{status="failed"}': '0+3x30' },
    wrong: 'rate(saga_total{status="failed"}[5m]) > 0.1',
    isWrongFiring: false,
    right: 'sum(rate(saga_total{status="failed"}[5m])) / (sum(rate(saga_total[5m])) > 0) > 0.1',
    isRightFiring: true,
  },
  {
    title: 'a quantile never exceeds the top bound, however slow the work is',
    series: {
      'd_bucket{le="0.5"}': '0+0x30',
      'd_bucket{le="1"}': '0+0x30',
      'd_bucket{le="+Inf"}': '0+60x30',
      d_count: '0+60x30',
    },
    wrong: 'histogram_quantile(0.95, sum by (le) (rate(d_bucket[5m]))) > 1',
    isWrongFiring: false,
    right: '(sum(rate(d_count[5m])) - sum(rate(d_bucket{le=~"1|1\\\\.0"}[5m]))) / (sum(rate(d_count[5m])) > 0) > 0.05',
    isRightFiring: true,
  },
  {
    title: 'le="1" finds nothing on an OpenMetrics page',
    series: { 'd_bucket{le="1.0"}': '0+0x30', d_count: '0+60x30' },
    wrong: '(sum(rate(d_count[5m])) - sum(rate(d_bucket{le="1"}[5m]))) / sum(rate(d_count[5m])) > 0.05',
    isWrongFiring: false,
    right: '(sum(rate(d_count[5m])) - sum(rate(d_bucket{le=~"1|1\\\\.0"}[5m]))) / sum(rate(d_count[5m])) > 0.05',
    isRightFiring: true,
  },
  {
    title: 'a ratio of a counter that is not there yet is nothing, and so is what is made of it',
    series: { r_total: '0+60x30' },
    wrong: '1 - sum(rate(r_failed_total[5m])) / sum(rate(r_total[5m])) > 0.99',
    isWrongFiring: false,
    right: '1 - (sum(rate(r_failed_total[5m])) or 0 * sum(rate(r_total[5m]))) / sum(rate(r_total[5m])) > 0.99',
    isRightFiring: true,
  },
  {
    title: 'a ratio without traffic is NaN, which is a value',
    series: { r_total: '5+0x30', r_failed_total: '1+0x30' },
    wrong: 'sum(rate(r_failed_total[5m])) / sum(rate(r_total[5m]))',
    isWrongFiring: true,
    right: 'sum(rate(r_failed_total[5m])) / (sum(rate(r_total[5m])) > 0)',
    isRightFiring: false,
  },
  {
    title: 'the mean of ratios forgets a burst after a quiet time',
    // An hour of which 55 minutes have an event a minute and 5 have a thousand, a tenth of them bad.
    series: { total: '1+0x55 1000+0x5', bad: '0+0x55 100+0x5', ratio: '0+0x55 0.1+0x5' },
    at: 60,
    wrong: 'avg_over_time(ratio[1h]) > 0.05',
    isWrongFiring: false,
    right: 'avg_over_time(bad[1h]) / avg_over_time(total[1h]) > 0.05',
    isRightFiring: true,
  },
  {
    title: 'a histogram has no series of its own name',
    series: { 'task_seconds_bucket{le="+Inf"}': '0+1x30', task_seconds_sum: '0+900x30', task_seconds_count: '0+1x30' },
    wrong: 'task_seconds > 600',
    isWrongFiring: false,
    right: 'sum(rate(task_seconds_sum[5m])) / (sum(rate(task_seconds_count[5m])) > 0) > 600',
    isRightFiring: true,
  },
  {
    title: 'up == 0 says nothing of a job without instances',
    series: { 'up{job="another"}': '1+0x30' },
    wrong: 'up{job="shop"} == 0',
    isWrongFiring: false,
    right: 'up{job="shop"} == 0 or absent(up{job="shop"})',
    isRightFiring: true,
  },
  {
    title: 'a success rate that also counts what was started is 47 % when 90 % succeed',
    series: {
      'runs_total{status="started"}': '0+10x30',
      'runs_total{status="success"}': '0+9x30',
      'runs_total{status="failed"}': '0+1x30',
    },
    wrong: 'sum(rate(runs_total{status="success"}[5m])) / sum(rate(runs_total[5m])) < 0.8',
    isWrongFiring: true,
    right: 'sum(rate(runs_total{status="success"}[5m])) / sum(rate(runs_total{status=~"success|failed"}[5m])) < 0.8',
    isRightFiring: false,
  },
  {
    title: 'increase() does not see a counter that appears with its first loss',
    series: { lost_total: '_x10 7+0x20' },
    at: 15,
    wrong: 'increase(lost_total[15m]) > 0',
    isWrongFiring: false,
    right: '((lost_total unless lost_total offset 15m) or increase(lost_total[15m])) > 0',
    isRightFiring: true,
  },
  {
    title: 'time() adds what has passed since the scrape to the age of a feed',
    series: { last_seen: '0 60 120 180 _ _ _' },
    at: 6,
    wrong: 'time() - last_seen > 60',
    isWrongFiring: true,
    right: 'timestamp(last_seen) - last_seen > 60',
    isRightFiring: false,
  },
];

describe.skipIf(!hasPromtool).each(promtools)('with %s', (promtool) => {
  test.each(wrongForms)('$title', async (form) => {
    const checks: readonly (readonly [string, boolean])[] = [
      [form.wrong, form.isWrongFiring],
      [form.right, form.isRightFiring],
    ];
    const tests = [
      {
        interval: '1m',
        input_series: Object.entries(form.series).map(([series, values]) => ({ series, values })),
        promql_expr_test: checks.map(([expr, isFiring]) => ({
          expr: `count(${expr}) or vector(0)`,
          eval_time: `${form.at ?? 20}m`,
          exp_samples: [{ labels: '{}', value: isFiring ? 1 : 0 }],
        })),
      },
    ];
    const folder = mkdtempSync(join(tmpdir(), 'sightline-wrong-'));
    try {
      writeFileSync(join(folder, 'wrong.test.yml'), stringify({ evaluation_interval: '1m', tests }));
      const { stderr, exitCode } = await runPromtool(promtool, ['test', 'rules', 'wrong.test.yml'], folder);
      expect(stderr).toBe('');
      expect(exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

interface WrongForm {
  readonly title: string;
  /** Values of series, one a minute. */
  readonly series: Readonly<Record<string, string>>;
  /** Minutes. Default 20. */
  readonly at?: number;
  readonly wrong: string;
  readonly isWrongFiring: boolean;
  readonly right: string;
  readonly isRightFiring: boolean;
}
