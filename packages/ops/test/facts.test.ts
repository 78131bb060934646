import type { MetricsCollector } from '@sightline/core';
import { ConfigurationError } from '@sightline/settings';
import { describe, expect, test } from 'vitest';
import { alertNames } from '../src/facts/alert-names.js';
import { defineOps } from '../src/facts/define-ops.js';
import type { OpsDefinition } from '../src/facts/definition.js';
import { resolveFacts } from '../src/facts/resolve-facts.js';
import { ruleGroups } from '../src/rules/rule-groups.js';
import { fullFacts } from './full-facts.js';

function declare(metrics: MetricsCollector): void {
  metrics.counter('collector_messages_published_total', { help: 'Published.', labelNames: ['stream', 'symbol'] });
  metrics.counter('collector_errors_total', {
    help: 'Errors.',
    labelNames: ['error_type'],
    labelValues: { error_type: ['parse_error', 'publish_error'] },
  });
  metrics.histogram('collector_publish_latency_seconds', {
    help: 'Latency.',
    labelNames: ['stream'],
    buckets: [0.001, 0.1, 1],
  });
  metrics.gauge('collector_send_buffer_bytes', { help: 'Waiting.', unit: 'bytes' });
  metrics.gauge('last_message_timestamp', { help: 'Last.' });
}

const right: OpsDefinition = {
  service: 'ws-collector',
  team: 'market-data',
  declare,
  signals: {
    publish: {
      title: 'Publishing',
      requests: 'collector_messages_published_total',
      errors: { metric: 'collector_errors_total', where: { error_type: ['publish_error'] }, relation: 'besides' },
      duration: 'collector_publish_latency_seconds',
      by: 'stream',
    },
  },
  operations: ['order.process'],
  slos: {
    'publish-availability': { signal: 'publish', objective: 0.999 },
    'publish-latency': { signal: 'publish', objective: 0.95, withinSeconds: 0.1 },
  },
  queues: [{ metric: 'collector_send_buffer_bytes', limit: 1e6 }],
  freshness: [{ metric: 'last_message_timestamp', maxAgeSeconds: 60 }],
  database: 'postgres',
  host: 'node-exporter',
  limits: { errorRatio: { medium: 0.05, high: 0.1 } },
  disable: ['HighCPUUsage'],
};

async function problemsOf(change: Partial<OpsDefinition>): Promise<readonly string[]> {
  try {
    await resolveFacts(defineOps({ ...right, ...change }));
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

describe('the facts', () => {
  test('are complete', async () => {
    const facts = await resolveFacts(defineOps(right));
    expect(facts).toMatchObject({
      service: 'ws-collector',
      job: 'ws-collector',
      team: 'market-data',
      slos: [
        { id: 'publish-availability', objective: 0.999, within: undefined, minEvents: 100 },
        { id: 'publish-latency', objective: 0.95, within: 0.1 },
      ],
      queues: [{ selector: { metric: 'collector_send_buffer_bytes' }, limit: 1e6 }],
      freshness: [{ selector: { metric: 'last_message_timestamp' }, maxAgeSeconds: 60 }],
      database: { system: 'postgres', job: 'postgres' },
      limits: { errorRatio: { warning: 0.05, high: 0.1 } },
      target: { addresses: ['ws-collector:9464'], path: '/metrics', healthPath: '/healthz' },
    });
    const [publish, operation] = facts.signals;
    expect(publish).toMatchObject({
      id: 'publish',
      requests: { metric: 'collector_messages_published_total', matchers: [] },
      errors: { selector: { matchers: [{ label: 'error_type', operator: '=', value: 'publish_error' }] } },
      duration: { unit: 'seconds', slow: { bound: 1, share: 0.95 } },
    });
    expect(operation).toMatchObject({
      id: 'order-process',
      requests: { metric: 'order_process_duration_seconds_count' },
    });
  });

  test('are the same for every resolution', async () => {
    expect(JSON.stringify(await resolveFacts(right))).toBe(JSON.stringify(await resolveFacts(right)));
  });

  test('find signals by the names of our packages’ metrics', async () => {
    const { signals } = await resolveFacts({
      ...right,
      signals: {},
      slos: {},
      packs: ['http-server', 'cqrs', 'database', 'messages'],
      declare(metrics) {
        declare(metrics);
        metrics.counter('nf_runs_total', { help: 'Runs.', labelNames: ['status', 'model_name'] });
        metrics.histogram('nf_training_duration_seconds', { help: 'Training.', buckets: [60, 600, 3600] });
      },
    });
    expect(signals.map(({ id, kind }) => `${id} ${kind}`)).toEqual([
      'http-server http-server',
      'order-process operation',
      'sagas saga',
      'nf-runs runs',
      'messages declared',
      'database database',
    ]);
    expect(signals.find(({ id }) => id === 'nf-runs')?.duration?.slow).toEqual({ bound: 600, share: 0.95 });
    expect(signals.find(({ id }) => id === 'database')?.duration?.unit).toBe('milliseconds');
  });
});

test('every alert can be disabled by its name', () => {
  const generated = ruleGroups(fullFacts()).flatMap(({ alerts }) => alerts.map(({ name }) => name));
  expect(generated.filter((name) => !alertNames.includes(name))).toEqual([]);
});

test('queues are found by the names of runs and of the usual exporters, and a declared limit wins', async () => {
  const { queues } = await resolveFacts({
    ...right,
    queues: [{ metric: 'bull_queue_waiting', limit: 7 }],
    packs: ['queue'],
    declare(metrics) {
      declare(metrics);
      metrics.gauge('nf_runs_queued', { help: 'Runs that wait.' });
    },
  });
  expect(queues).toEqual([
    { selector: { metric: 'bull_queue_waiting', matchers: [] }, limit: 7 },
    {
      selector: { metric: 'bullmq_job_count', matchers: [{ label: 'state', operator: '=', value: 'waiting' }] },
      limit: 50,
    },
    { selector: { metric: 'nf_runs_queued', matchers: [] }, limit: 50 },
  ]);
});

describe('a wrong definition says what to change:', () => {
  const { publish } = right.signals as { publish: NonNullable<OpsDefinition['signals']>[string] };
  const withPublish = (change: object): Partial<OpsDefinition> => ({
    signals: { publish: { ...publish, ...change } as never },
  });

  test.each<[string, Partial<OpsDefinition>, string]>([
    [
      'a metric that was renamed',
      withPublish({ requests: 'collector_message_published_total' }),
      'signals.publish.requests: the service declares no metric "collector_message_published_total". Did you mean "collector_messages_published_total"?',
    ],
    [
      'a label value that cannot occur',
      withPublish({
        errors: { metric: 'collector_errors_total', where: { error_type: 'publish_eror' }, relation: 'besides' },
      }),
      'signals.publish.errors.where: "error_type" of "collector_errors_total" is never "publish_eror". Did you mean "publish_error"?',
    ],
    [
      'a label that is not there',
      withPublish({ by: 'strem' }),
      'signals.publish.by: "collector_messages_published_total" has no label "strem". Did you mean "stream"?',
    ],
    [
      'a bound that is no bucket',
      { slos: { latency: { signal: 'publish', objective: 0.95, withinSeconds: 0.2 } } },
      'slos.latency.withinSeconds: 0.2 is no bucket bound of "collector_publish_latency_seconds", so the share within it is not known. Use 0.1 or 1, or declare the bound.',
    ],
    [
      'a metric of another kind',
      { queues: [{ metric: 'collector_errors_total' }] },
      'queues[0]: "collector_errors_total" is a counter, but a gauge is needed.',
    ],
    [
      'errors that are the requests',
      withPublish({ errors: { metric: 'collector_messages_published_total', relation: 'within' } }),
      'signals.publish.errors counts in the same metric as the requests. Say which of them fail by where, with relation: "within".',
    ],
    [
      'a signal that is not there',
      { slos: { a: { signal: 'publsh', objective: 0.9 } } },
      'slos.a.signal: there is no signal "publsh". Did you mean "publish"?',
    ],
    [
      'an objective that is no share',
      { slos: { a: { signal: 'publish', objective: 99.9 } } },
      'slos.a.objective is 99.9. Pass a share above 0 and below 1.',
    ],
    [
      'an objective whose burn rate cannot be reached',
      { slos: { a: { signal: 'publish', objective: 0.9 } } },
      'The objective "a" of 90 % leaves a budget so large that it cannot burn 14.4 times too fast',
    ],
    ['a pack that is not there', { packs: ['http' as never] }, 'packs: there is no pack "http". Packs are '],
    [
      'a declaration that throws',
      {
        declare: () => {
          throw new Error('no database');
        },
      },
      'declare threw when it was called with a collector: no database',
    ],
    ['an address without a port', { target: { addresses: ['shop'] } }, 'target.addresses has "shop". Pass host:port'],
    ['a page that is not there', { page: '/nowhere/metrics.txt' }, 'page: /nowhere/metrics.txt cannot be read: '],
  ])('%s', async (_what, change, sentence) => {
    const problems = await problemsOf(change);
    expect(problems[0]).toContain(sentence);
    expect(problems).toHaveLength(1);
  });

  test.each<[string, object, string]>([
    [
      'failures that are no requests',
      {
        signals: {
          publish: {
            requests: { metric: 'collector_errors_total', where: { error_type: 'parse_error' } },
            errors: { metric: 'collector_errors_total', where: { error_type: 'publish_error' }, relation: 'within' },
          },
        },
        slos: {},
      },
      'signals.publish.errors.where excludes what requests.where asks for: no request could fail.',
    ],
    ['packs', { packs: [null] }, 'packs: there is no pack null. Packs are '],
    [
      'an operation’s labels',
      { operations: [{ name: 'a', labelNames: 5 }] },
      'operations.a.labelNames is 5. Pass an array.',
    ],
    ['an operation’s name', { operations: ['order process'] }, 'operations.order process: [core] Histogram'],
    ['an operation’s label', { operations: [{ name: 'a', labelNames: ['le'] }] }, 'operations.a: [core]'],
    ['an operation’s bounds', { operations: [{ name: 'a', buckets: [1, Number.NaN] }] }, 'operations.a.buckets is'],
    [
      'the same queue twice',
      { queues: [{ metric: 'collector_send_buffer_bytes' }, { metric: 'collector_send_buffer_bytes', limit: 5 }] },
      'queues has "collector_send_buffer_bytes" twice for the same series.',
    ],
    ['a page', { page: 0 }, 'page is 0. Pass the name of a file.'],
    ['values of labels', { labelValues: 5 }, 'labelValues is 5. Pass an object.'],
    ['a set of values', { labelValues: { a: { b: { values: [10n] } } } }, 'labelValues.a.b.values has 10'],
    ['what fails', { labelValues: { a: { b: { failing: /x/ } } } }, 'labelValues.a.b.failing is'],
    [
      'a misspelt alert',
      { disable: ['HighCpuUsage'] },
      'disable: there is no alert "HighCpuUsage". Did you mean "HighCPUUsage"?',
    ],
    ['a disabled alert', { disable: [undefined] }, 'disable: there is no alert undefined.'],
    ['a path', { target: { path: 'metrics' } }, 'target.path is "metrics". Pass a path, such as "/metrics".'],
    ['a link', { links: { grafana: 'javascript:alert(1)' } }, 'links.grafana is "javascript:alert(1)".'],
    ['a link for Slack', { links: { runbooks: 'https://x|y> <!channel>' } }, 'links.runbooks is'],
    ['lines', { cluster: 'a\nb' }, 'cluster is'],
    ['a variable of Prometheus', { region: 'a$HOME' }, 'region is "a$HOME". Prometheus would take "$" for a variable'],
  ])('tell %s of a wrong type or form', async (_what, change, message) => {
    const problems = await problemsOf(change as Partial<OpsDefinition>);
    expect(problems.filter((problem) => problem.startsWith(message))).toHaveLength(1);
  });

  test.each([
    ['ops@example.com', 'alertmanager@example.com'],
    ['On call <ops@example.com>', 'alertmanager@example.com'],
    ['a@example.org, B <b@example.com>', 'alertmanager@example.com'],
    ['operations', 'alertmanager@localhost'],
  ])('send mail for %s from %s', async (to, from) => {
    const { notify } = await resolveFacts(defineOps({ ...right, notify: { email: { to } } }));
    expect(notify.email?.from).toBe(from);
  });

  test('all of it at once', async () => {
    const problems = await problemsOf({
      queues: [{ metric: 'a_queue' }],
      freshness: [{ metric: 'a_time' } as never],
      kpis: ['a_kpi'],
    });
    expect(problems.length).toBeGreaterThan(3);
  });

  test('a misspelt member, where it is defined', () => {
    expect(() => defineOps({ ...right, signal: {} } as never)).toThrow(
      '[ops] defineOps() has an unknown member "signal". Did you mean "signals"?',
    );
    expect(() => defineOps(undefined as never)).toThrow('defineOps() got undefined');
  });
});
