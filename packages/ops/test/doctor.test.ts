import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runDoctor } from '../src/cli/run-doctor.js';
import { resultOf } from '../src/doctor/check.js';
import { hostChecks } from '../src/doctor/host-checks.js';
import { type CheckResult, type DoctorOptions, diagnose } from '../src/doctor/index.js';
import { oneOf } from '../src/promql/selectors.js';
import { exampleFacts } from './example-facts.js';
import { type FakeAnswer, fakePeer, hangs, stoppedPeer } from './fake-peer.js';
import { writeFilesTo } from './write-files-to.js';

const page = `# TYPE shop_queue_jobs gauge
shop_queue_jobs 3
# TYPE last_message_timestamp gauge
last_message_timestamp 1
`;

/** The result of one check. The environment is empty unless it is given. */
async function check(name: string, options: DoctorOptions, alertNames?: readonly string[]): Promise<CheckResult> {
  const { checks } = await diagnose({ env: {}, timeoutMs: 2000, ...options }, alertNames);
  const found = checks.find((each) => each.check === name);
  if (found === undefined) throw new Error(`There is no check ${name}`);
  return found;
}

const pageOf = async (text: string): Promise<string> => `${await fakePeer({ '/metrics': text })}/metrics`;

describe('the page', () => {
  test('is read', async () => {
    expect(await check('page', { page: await pageOf(page) })).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('2 metrics, 2 samples'),
    });
  });

  test('that is not there says how to get one', async () => {
    const result = await check('page', { page: `${await stoppedPeer()}/metrics` });
    expect(result).toMatchObject({ status: 'failed', remedy: expect.stringContaining('METRICS_BACKEND=prometheus') });
    expect(result.detail).toContain('ECONNREFUSED');
  });

  test('that hangs does not make the doctor hang, and what needs it is skipped', async () => {
    const address = `${await fakePeer({ '/metrics': hangs })}/metrics`;
    const { checks, isHealthy } = await diagnose({ env: {}, page: address, timeoutMs: 300 });
    expect(checks.find((each) => each.check === 'page')).toMatchObject({ status: 'failed' });
    expect(checks.find((each) => each.check === 'cardinality')?.status).not.toBe('ok');
    expect(isHealthy).toBe(false);
  });

  test('that stops in the middle is told as one that takes too long', async () => {
    const server = createServer((_request, response) => void response.writeHead(200).write('a 1'));
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close().closeAllConnections());
    const { port } = server.address() as AddressInfo;
    expect(await check('page', { page: `http://127.0.0.1:${port}/metrics`, timeoutMs: 300 })).toMatchObject({
      status: 'failed',
      detail: `http://127.0.0.1:${port}/metrics: no answer in time`,
      remedy: expect.stringContaining('--timeout-ms'),
    });
  });

  test.each([
    ['is HTML', '<!doctype html>', 'no page that Prometheus would take. Line 1 is no sample'],
    ['has a series twice', 'a 1\na 1\n', 'Line 2 has a series that is there twice'],
  ])('that %s is told with its line', async (_what, text, message) => {
    expect(await check('page', { page: await pageOf(text) })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(message),
    });
  });

  test('gets a token, and one that is missing is told', async () => {
    const address = `${await fakePeer({
      '/metrics': ({ headers }) =>
        headers.authorization === 'Bearer secret-token' ? page : { status: 401, text: 'who are you?' },
    })}/metrics`;
    expect(await check('page', { page: address, token: 'secret-token' })).toMatchObject({ status: 'ok' });
    expect(await check('page', { page: address })).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('--token'),
    });
  });

  test('without what the service declares is told with the nearest name', async () => {
    const facts = exampleFacts();
    const address = await pageOf(page.replaceAll('shop_queue_jobs', 'shop_queue_job'));
    const result = await check('metrics', { page: address, facts });
    expect(result.status).toBe('failed');
    expect(result.detail).toContain('Not on the page: collector_errors_total');
    expect((await check('metrics', { page: address })).status).toBe('skipped');
  });

  test('tells labels with too many values', async () => {
    const many = Array.from({ length: 1500 }, (_, i) => `a{id="${i}"} 1`).join('\n');
    expect(await check('cardinality', { page: await pageOf(`# TYPE a gauge\n${many}\n`) })).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('a 1500'),
    });
    expect(await check('cardinality', { page: await pageOf('a{id="__overflow__"} 1\n') })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('Beyond their limit of series: a.'),
    });
  });

  test('tells what Sightline has lost, and nothing that was left out on purpose', async () => {
    const text = `sightline_otlp_lost_total{signal="traces",reason="queue_full"} 3
sightline_otlp_lost_total{signal="logs",reason="queue_full"} 0
log_dropped_total{reason="sampled"} 9
log_dropped_total{reason="sink"} 2
sightline_prometheus_scrapes_total{format="text"} 7
`;
    const { status, detail } = await check('losses', { page: await pageOf(text) });
    expect(status).toBe('warning');
    expect(detail).toBe(
      'Since the service started: sightline_otlp_lost_total{signal="traces",reason="queue_full"} 3; log_dropped_total{reason="sink"} 2.',
    );
    expect((await check('losses', { page: await pageOf(page) })).status).toBe('ok');
  });

  test('tells a queue beyond its limit', async () => {
    const facts = exampleFacts();
    expect((await check('queues', { page: await pageOf(page), facts })).status).toBe('ok');
    const full = page.replace('shop_queue_jobs 3', 'shop_queue_jobs 51');
    expect(await check('queues', { page: await pageOf(full), facts })).toMatchObject({
      status: 'failed',
      detail: 'shop_queue_jobs 51 of 50',
    });
  });

  test('counts only the series of a queue that its definition means', async () => {
    const jobs = { metric: 'jobs', matchers: [oneOf('state', ['waiting', 'delayed'])] };
    const facts = { ...exampleFacts(), queues: [{ selector: jobs, limit: 50 }] };
    const states = 'jobs{state="completed"} 9000\njobs{state="delayed"} 7\njobs{state="waiting"} NaN\n';
    expect(await check('queues', { page: await pageOf(states), facts })).toMatchObject({
      status: 'ok',
      detail: 'jobs 7 of 50',
    });
  });

  test.each([
    [204, undefined, 'Say where the page is'],
    [401, undefined, 'Give the page’s token: --token'],
    [403, 'wrong-token', 'It does not take this token'],
    [404, undefined, 'Say where the page is'],
    [407, undefined, 'The proxy refuses'],
    [429, undefined, 'Look at the service’s log'],
    [503, undefined, 'Look at the service’s log'],
  ])('that answers %i, with the token %s, says what to do', async (status, token, remedy) => {
    const address = `${await fakePeer({ '/metrics': { status } })}/metrics`;
    expect(await check('page', { page: address, token })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(`answered ${status}`),
      remedy: expect.stringContaining(remedy),
    });
  });

  test('is asked for where it was moved to, as by a scraper', async () => {
    const moved = { status: 302, headers: { location: '/real/metrics' } };
    const base = await fakePeer({ '/metrics': moved, '/real/metrics': page });
    const { status, detail } = await check('page', { page: `${base}/metrics` });
    expect(detail).toContain(`${base}/real/metrics: 2 metrics`);
    expect(status).toBe('ok');
  });

  test('gives no credentials to another host that it was moved to', async () => {
    const seen: unknown[] = [];
    const other = await fakePeer({
      '/metrics': ({ headers }) => {
        seen.push(headers.authorization);
        return page;
      },
    });
    const moved = { status: 302, headers: { location: `${other}/metrics` } };
    const address = `${await fakePeer({ '/metrics': moved })}/metrics`;
    expect((await check('page', { page: address.replace('//', '//user:word@') })).status).toBe('ok');
    expect((await check('page', { page: address, token: 'secret-token' })).status).toBe('ok');
    expect(seen).toEqual([undefined, undefined]);
  });

  test('that moves for ever is told', async () => {
    const base = await fakePeer({ '/metrics': { status: 302, headers: { location: '/metrics' } } });
    expect(await check('page', { page: `${base}/metrics` })).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('redirects for ever'),
    });
  });

  const answered = (headers: object, text: string | Buffer) => ({ status: 200, headers, text });
  const plain = { 'content-type': 'text/plain' };
  test.each([
    ['without a content type', answered({}, page), 'warning', 'Prometheus 3 refuses its content type: none'],
    ['with another', answered({ 'content-type': 'text/x' }, page), 'warning', 'its content type: text/x'],
    ['in another case', answered({ 'content-type': 'TEXT/Plain;q=1' }, page), 'ok', '2 metrics'],
    ['of OpenMetrics', answered({ 'content-type': 'Application/OpenMetrics-Text' }, 'a 1\n'), 'failed', '"# EOF"'],
    ['with gzip', answered({ ...plain, 'content-encoding': 'gzip' }, gzipSync(page)), 'ok', '2 metrics'],
    ['with br', answered({ ...plain, 'content-encoding': 'br' }, brotliCompressSync(page)), 'failed', 'encoding is br'],
    ['with broken gzip', answered({ ...plain, 'content-encoding': 'gzip' }, page), 'failed', 'incorrect header check'],
    ['in Latin 1', answered(plain, Buffer.from('a{b="\xe9"} 1\n', 'latin1')), 'failed', 'It is no UTF-8.'],
    ['for people', answered({ 'content-type': 'text/html' }, '<p>'), 'failed', 'is no page that Prometheus would take'],
    ['without metrics', answered(plain, ''), 'warning', 'has no metrics'],
  ])('%s is judged as Prometheus does', async (_what, answer, status, message) => {
    const base = await fakePeer({ '/metrics': answer });
    expect(await check('page', { page: `${base}/metrics` })).toMatchObject({
      status,
      detail: expect.stringContaining(message),
    });
  });

  test('with many lines is read in slices, and no longer than the check may take', async () => {
    const lines = Array.from({ length: 300_000 }, (_, i) => `a{id="${i}",path="/api/v1/users"} ${i}\n`).join('');
    const address = await pageOf(`# TYPE a gauge\n${lines}`);
    expect(await check('page', { page: address, timeoutMs: 100 })).toMatchObject({
      status: 'failed',
      // Which of the limits ends it depends on the machine.
      detail: expect.stringMatching(/could not be read in time|no answer in time|It took longer than 100 ms/),
      remedy: expect.stringContaining('--timeout-ms'),
    });
  });

  test('does not age while it is read', async () => {
    vi.spyOn(Date, 'now').mockReturnValueOnce(Date.parse('2026-01-01T00:00:00Z'));
    const base = await fakePeer({
      '/metrics': answered({ ...plain, date: 'Thu, 01 Jan 2026 00:00:03 GMT' }, page),
    });
    const { status } = await check('clock', { page: `${base}/metrics` });
    vi.restoreAllMocks();
    expect(status).toBe('ok');
  });

  test('over TLS that the peer does not speak says where to look', async () => {
    const address = (await pageOf(page)).replace('http:', 'https:');
    expect(await check('page', { page: address })).toMatchObject({
      status: 'failed',
      remedy: 'Look at http or https, and at the port.',
    });
  });

  test('of a name that is not known says so', async () => {
    expect(await check('page', { page: 'http://nowhere.invalid/metrics' })).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining('Look at the name.'),
    });
  });

  test.each([
    ['beside the page', '/app/readyz', 'ok', 'The service is ready.'],
    ['at the root', '/readyz', 'ok', 'The service is ready.'],
    ['nowhere', '/other', 'skipped', 'There is no /readyz'],
  ])('behind a prefix has its readiness %s', async (_what, path, status, detail) => {
    const base = await fakePeer({ '/app/metrics': page, [path]: 'ok' });
    expect(await check('ready', { page: `${base}/app/metrics?x=1` })).toMatchObject({
      status,
      detail: expect.stringContaining(detail),
    });
  });

  test.each([
    ['asks who it is', { status: 401 }],
    ['is a page for people', { status: 200, headers: { 'content-type': 'text/html' }, text: '<p>' }],
  ])('with a /readyz that %s leaves open whether it is ready', async (_what, answer) => {
    const base = await fakePeer({ '/metrics': page, '/readyz': answer });
    expect(await check('ready', { page: `${base}/metrics` })).toMatchObject({ status: 'skipped' });
  });

  test('by IPv6 is read', async () => {
    const address = await pageOf(page);
    const server = createServer((_request, response) => response.writeHead(302, { location: address }).end());
    await new Promise<void>((resolve) => void server.listen(0, '::1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await check('page', { page: `http://[::1]:${port}/metrics` })).status).toBe('ok');
  });

  test('shows a service that is not ready, with its check', async () => {
    const base = await fakePeer({ '/metrics': page, '/readyz': { status: 503, text: '[-] database timeout' } });
    expect(await check('ready', { page: `${base}/metrics` })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('[-] database timeout'),
    });
  });
});

describe('Prometheus', () => {
  const facts = exampleFacts();
  const target = (change: object = {}) => ({
    labels: { job: 'shop' },
    scrapeUrl: 'http://shop:9464/metrics',
    health: 'up',
    lastError: '',
    lastScrape: new Date().toISOString(),
    scrapeInterval: '1m',
    ...change,
  });
  const withTargets = (...activeTargets: object[]) =>
    fakePeer({ '/api/v1/targets': { status: 'success', data: { activeTargets } } });
  const withRules = (...rules: object[]) =>
    fakePeer({ '/api/v1/rules': { status: 'success', data: { groups: [{ rules }] } } });

  test('that scrapes the service', async () => {
    expect((await check('scrape', { facts, prometheus: await withTargets(target()) })).status).toBe('ok');
  });

  test.each([
    [
      'does not know it',
      [{ ...target(), labels: { job: 'other' } }],
      'Prometheus does not scrape a target with job="shop". Its jobs: other.',
    ],
    ['cannot reach it', [target({ health: 'down', lastError: 'connection refused' })], 'is down: connection refused'],
  ])('that %s', async (_what, targets, message) => {
    expect(await check('scrape', { facts, prometheus: await withTargets(...targets) })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining(message),
      remedy: expect.any(String),
    });
  });

  test('that scrapes the page under another name of this machine, and without its credentials', async () => {
    const prometheus = await withTargets(target({ scrapeUrl: 'http://localhost:9464/metrics' }));
    const given = { page: 'http://user:word@127.0.0.1:9464/metrics', prometheus };
    expect((await check('scrape', given)).status).toBe('ok');
    expect((await check('scrape', { ...given, page: 'http://127.0.0.1:9465/metrics' })).status).toBe('failed');
  });

  test('that has not scraped it yet', async () => {
    const prometheus = await withTargets(target({ health: 'unknown', lastScrape: '0001-01-01T00:00:00Z' }));
    expect(await check('scrape', { facts, prometheus })).toMatchObject({
      status: 'warning',
      detail: 'Not scraped yet: http://shop:9464/metrics',
    });
  });

  test('whose clock differs is not late', async () => {
    const date = new Date(Date.now() - 3_600_000);
    const targets = {
      data: { activeTargets: [target({ lastScrape: new Date(date.getTime() - 9000).toISOString() })] },
    };
    const text = JSON.stringify(targets);
    const answer = { status: 200, headers: { date: date.toUTCString() }, text };
    const prometheus = await fakePeer({ '/api/v1/targets': answer });
    expect(await check('scrape', { facts, prometheus })).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/, [89] s ago$/),
    });
  });

  test.each([
    [401, 'Give it a token, SIGHTLINE_DOCTOR_PROMETHEUS_TOKEN or SIGHTLINE_DOCTOR_PROMETHEUS_TOKEN_FILE'],
    [407, 'The proxy refuses'],
    [404, 'the path under which the program is served'],
    [503, 'It is there and cannot answer now'],
  ])('that answers %i says what to do', async (status, remedy) => {
    const prometheus = await fakePeer({ '/api/v1/targets': { status, text: 'no' } });
    expect(await check('scrape', { facts, prometheus })).toMatchObject({
      status: 'failed',
      remedy: expect.stringContaining(remedy),
    });
  });

  test('below a path, with a password, is asked there', async () => {
    const asked: unknown[] = [];
    const base = await fakePeer({
      '/prometheus/api/v1/targets': ({ headers }) => {
        asked.push(headers.authorization);
        return { data: { activeTargets: [target()] } };
      },
    });
    const prometheus = `${base.replace('//', '//user:word@')}/prometheus/`;
    expect((await check('scrape', { facts, prometheus })).status).toBe('ok');
    expect(asked).toEqual([`Basic ${Buffer.from('user:word').toString('base64')}`]);
  });

  test('that is late', async () => {
    const lastScrape = new Date(Date.now() - 600_000).toISOString();
    expect((await check('scrape', { facts, prometheus: await withTargets(target({ lastScrape })) })).status).toBe(
      'warning',
    );
  });

  test('that is stopped', async () => {
    const prometheus = await stoppedPeer();
    for (const name of ['scrape', 'rules', 'alerts', 'alertmanager']) {
      expect(await check(name, { facts, prometheus })).toMatchObject({
        status: 'failed',
        detail: expect.stringContaining('ECONNREFUSED'),
      });
    }
  });

  test('without a rule, or with one that fails', async () => {
    const healthy = { name: 'SystemDown', type: 'alerting', health: 'ok' };
    const names = ['SystemDown', 'HighErrorRate'];
    expect((await check('rules', { prometheus: await withRules(healthy) }, ['SystemDown'])).status).toBe('ok');
    expect(await check('rules', { prometheus: await withRules(healthy) }, names)).toMatchObject({
      status: 'failed',
      detail: 'Not loaded: HighErrorRate.',
    });
    const broken = { ...healthy, health: 'err', lastError: 'many-to-many matching' };
    expect(await check('rules', { prometheus: await withRules(broken) }, ['SystemDown'])).toMatchObject({
      status: 'failed',
      detail: 'SystemDown: many-to-many matching',
    });
  });

  test('with an alert that fires', async () => {
    const alerts = [{ state: 'firing', labels: { service: 'shop', severity: 'high' } }];
    const rule = { name: 'HighErrorRate', type: 'alerting', health: 'ok', alerts };
    expect(await check('alerts', { facts, prometheus: await withRules(rule) })).toMatchObject({
      status: 'warning',
      detail: 'Firing: HighErrorRate (high).',
    });
  });

  test('that sends its alerts nowhere', async () => {
    const prometheus = await fakePeer({ '/api/v1/alertmanagers': { data: { activeAlertmanagers: [] } } });
    expect(await check('alertmanager', { prometheus })).toMatchObject({
      status: 'failed',
      detail: 'Prometheus sends its alerts nowhere.',
    });
  });
});

describe('a peer that is something else', () => {
  const addresses = (address: string): DoctorOptions => ({
    ...{ page: `${address}/metrics`, prometheus: address, alertmanager: address, loki: address },
    facts: exampleFacts(),
  });
  const unexpected = (checks: readonly CheckResult[]): readonly CheckResult[] =>
    checks.filter(({ remedy }) => remedy?.includes('not expected'));
  const paths = ['targets', 'rules', 'alertmanagers'].map((name) => `/api/v1/${name}`);
  const everywhere = (answer: string): Record<string, string> =>
    Object.fromEntries([...paths, '/api/v2/status', '/loki/api/v1/query_range'].map((name) => [name, answer]));

  test.each([
    ...['null', '5', '"text"', '[]', '{}', '{"data":null}', '{"data":{"activeTargets":{},"groups":5,"result":"x"}}'],
    '{"data":{"activeTargets":[null,5,{"labels":null}],"groups":[null,{"rules":[null,{}]}],"activeAlertmanagers":[null],"result":[{},{"values":[1,[2]]}]}}',
  ])('with the JSON %s is no fault of the doctor', async (answer) => {
    const { checks } = await diagnose({ env: {}, timeoutMs: 2000, ...addresses(await fakePeer(everywhere(answer))) });
    expect(unexpected(checks)).toEqual([]);
    expect(checks.find((each) => each.check === 'alertmanager')?.status).toBe('failed');
  });

  test('or no address at all is told', async () => {
    const { checks } = await diagnose({ env: {}, timeoutMs: 2000, ...addresses('nonsense') });
    expect(unexpected(checks)).toEqual([]);
    expect(checks.find((each) => each.check === 'scrape')?.detail).toBe('nonsense is no address of http or https.');
  });

  test('moves no cursor and turns no text', async () => {
    const text = '\u001b[31mred\u001b]0;title\u0007\r\nnext\u009b1m \u202eright';
    const { detail } = await check('page', { page: `${await fakePeer({ '/m': { status: 500, text } })}/m` });
    expect(detail).toMatch(/answered 500: \uFFFD\[31mred\uFFFD\]0;title\uFFFD\nnext\uFFFD1m \uFFFDright$/);
  });

  test('never gets a token that is no header, and it is not shown', async () => {
    const { detail } = await check('page', { page: await pageOf(page), token: 'secret\nvalue' });
    expect(detail).toBe('The token has blanks or line breaks in it.');
  });
});

describe('a peer that asks who it is', () => {
  const facts = exampleFacts();
  const empty = {
    ...{ '/api/v1/targets': { data: { activeTargets: [] } }, '/api/v1/rules': { data: { groups: [] } } },
    ...{
      '/api/v1/alertmanagers': { data: { activeAlertmanagers: [] } },
      '/api/v2/status': { versionInfo: { version: '1' } },
    },
    ...{ '/loki/api/v1/query_range': { data: { result: [] } }, '/v1/traces': '', '/v1/logs': '', '/metrics': page },
  };

  /** Answers those who send the header, and keeps the paths that they asked for. */
  async function guarded(name: string, value: string): Promise<{ address: string; asked: Set<string> }> {
    const asked = new Set<string>();
    const answers = Object.entries(empty).map(([path, answer]) => [
      path,
      ({ headers }: IncomingMessage): FakeAnswer => {
        if (headers[name] !== value) return { status: 401, text: `${name} is ${headers[name]}` };
        asked.add(path);
        return answer;
      },
    ]);
    return { address: await fakePeer(Object.fromEntries(answers)), asked };
  }

  test('gets its headers with every request, and no other peer does', async () => {
    const [prometheus, alertmanager, loki, jaeger] = [
      await guarded('authorization', 'Bearer of-prometheus'),
      await guarded('authorization', 'Basic b2Y6YWxlcnRz'),
      await guarded('x-scope-orgid', 'team-a'),
      await guarded('authorization', 'Bearer of-jaeger'),
    ];
    const page = await guarded('x-api-key', 'of-the-page');
    await diagnose({
      ...{ env: { OTEL_EXPORTER_OTLP_ENDPOINT: await fakePeer(empty) }, timeoutMs: 1000, facts },
      ...{ prometheus: prometheus.address, alertmanager: alertmanager.address, loki: loki.address },
      ...{ page: `${page.address}/metrics`, jaeger: jaeger.address },
      headers: {
        prometheus: { authorization: 'Bearer of-prometheus' },
        alertmanager: { Authorization: 'Basic b2Y6YWxlcnRz' },
        loki: { 'X-Scope-OrgID': 'team-a' },
        page: { 'x-api-key': 'of-the-page' },
      },
    });
    expect(prometheus.asked).toEqual(new Set(['/api/v1/targets', '/api/v1/rules', '/api/v1/alertmanagers']));
    expect(alertmanager.asked).toEqual(new Set(['/api/v2/status']));
    expect(loki.asked).toEqual(new Set(['/loki/api/v1/query_range']));
    expect(page.asked).toEqual(new Set(['/metrics']));
    expect(jaeger.asked).toEqual(new Set());
  });

  test('with several tenants says how to name one', async () => {
    const loki = await fakePeer({ '/loki/api/v1/query_range': { status: 401, text: 'no org id\n' } });
    expect(await check('errors', { facts, loki })).toMatchObject({
      status: 'failed',
      remedy: 'It has several tenants. Name one: SIGHTLINE_DOCTOR_LOKI_HEADERS=X-Scope-OrgID=<tenant>.',
    });
  });

  test('and takes no answer says where to look', async () => {
    const { address } = await guarded('authorization', 'Bearer another');
    const result = await check('scrape', {
      facts,
      prometheus: address,
      headers: { prometheus: { authorization: 'x' } },
    });
    expect(result.remedy).toContain('It does not take these credentials: look at SIGHTLINE_DOCTOR_PROMETHEUS');
  });

  test('and says what it was told shows no secret, not even half of one', async () => {
    const secret = 'q'.repeat(300);
    const echoed = ({ headers }: IncomingMessage) => ({
      status: 403,
      text: `${headers.authorization} ${headers['x-api-key']} ${'.'.repeat(80)} ${headers.authorization}`,
    });
    const peer = await fakePeer({ '/api/v1/targets': echoed, '/metrics': echoed });
    const headers = { authorization: `Bearer ${secret}`, 'X-Api-Key': 'key-of-mine' };
    const given = { facts, page: `${peer}/metrics`, prometheus: peer, headers: { prometheus: headers } };
    const { checks } = await diagnose({ env: {}, timeoutMs: 1000, ...given, token: secret });
    const text = JSON.stringify(checks);
    expect(text).toContain('answered 403: [redacted] [redacted]');
    expect(text).not.toMatch(/qqq|key-of-mine/);
  });

  test('gives no header to another host that it moved to', async () => {
    const seen: unknown[] = [];
    const targets = { data: { activeTargets: [] } };
    const other = await fakePeer({
      '/api/v1/targets': ({ headers }) => {
        seen.push(headers['x-api-key']);
        return targets;
      },
    });
    const prometheus = await fakePeer({
      '/api/v1/targets': { status: 302, headers: { location: `${other}/api/v1/targets` } },
    });
    await check('scrape', { facts, prometheus, headers: { prometheus: { 'X-Api-Key': 'key-of-mine' } } });
    expect(seen).toEqual([undefined]);
  });

  test('that is given what is no header says so without showing it', async () => {
    const prometheus = await fakePeer({});
    const headers = { prometheus: { authorization: 'Bearer a\nb-of-secret' } };
    const { detail } = await check('scrape', { facts, prometheus, headers });
    expect(detail).toBe('The headers for prometheus cannot be sent: authorization is no name and value of a header.');
  });
});

describe('a peer that answers much', () => {
  test('is not looked through for secrets', async () => {
    const facts = exampleFacts();
    const lastError = `password=hunter2 ${'a=b '.repeat(5_000_000)}`;
    const target = { labels: { job: 'shop' }, scrapeUrl: 'http://shop/metrics', health: 'down', lastError };
    const prometheus = await fakePeer({ '/api/v1/targets': { data: { activeTargets: [target] } } });
    const start = process.cpuUsage();
    const { detail } = await check('scrape', { facts, prometheus });
    const { user } = process.cpuUsage(start);
    expect(detail).toMatch(/^http:\/\/shop\/metrics is down: password=\[redacted\] a=b/);
    expect(user / 1e6).toBeLessThan(2);
  });
});

describe('a probe', () => {
  const collector = (status = 200) =>
    fakePeer({ '/v1/traces': { status, text: '' }, '/v1/logs': { status, text: '' } });
  const envOf = (endpoint: string, more = {}) => ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...more });

  test('is skipped where nothing says where it should go', async () => {
    expect((await check('trace', {})).status).toBe('skipped');
    expect((await check('trace', { env: { OTEL_EXPORTER_OTLP_ENDPOINT: '' } })).status).toBe('skipped');
    expect((await check('trace', { env: { OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: 'http://x' } })).status).toBe('skipped');
  });

  test.each(['http/protobuf', 'http/json'])('is accepted, over %s', async (protocol) => {
    const env = envOf(await collector(), { OTEL_EXPORTER_OTLP_PROTOCOL: protocol });
    expect(await check('trace', { env })).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('accepted a span'),
    });
    expect(await check('log', { env })).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('accepted a line'),
    });
  });

  test.each([
    ['refuses it', () => collector(400), '400'],
    ['asks who sends it', () => collector(401), '401'],
    ['is stopped', stoppedPeer, 'ECONNREFUSED'],
  ])('fails if the collector %s', async (_what, peer, message) => {
    const result = await check('trace', { env: envOf(await peer()) });
    expect(result).toMatchObject({ status: 'failed', remedy: expect.stringContaining('OTEL_EXPORTER_OTLP_ENDPOINT') });
    expect(result.detail).toContain(message);
  });

  test('whose headers the collector repeats shows none of their secrets', async () => {
    const echoed = ({ headers }: IncomingMessage) => ({ status: 400, text: `bad token ${headers['x-api-key']}` });
    const collector = await fakePeer({ '/v1/traces': echoed, '/v1/logs': echoed });
    const env = envOf(collector, { OTEL_EXPORTER_OTLP_HEADERS: 'X-Api-Key=my%2Down%2Dkey' });
    const { detail } = await check('trace', { env });
    expect(detail).toContain('bad token [redacted]');
    expect(detail).not.toContain('own-key');
  });

  test('fails if it is accepted and never found', { timeout: 60_000 }, async () => {
    const env = envOf(await collector());
    const jaeger = await fakePeer({});
    expect(await check('trace', { env, jaeger })).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('Jaeger does not have it'),
      remedy: expect.stringContaining('Look whether the collector sends to Jaeger'),
    });
    const loki = await fakePeer({ '/loki/api/v1/query_range': { data: { result: [] } } });
    expect(await check('log', { env, loki })).toMatchObject({ status: 'failed' });
  });

  test('is found where the service’s would be', async () => {
    const asked: string[] = [];
    const loki = await fakePeer({
      '/loki/api/v1/query_range': ({ url = '' }) => {
        const id = /\|= "([0-9a-f]{32})"/.exec(new URL(url, 'http://x').searchParams.get('query') ?? '')?.[1] ?? '';
        asked.push(id);
        // It takes a while to arrive.
        return asked.length < 3
          ? { data: { result: [] } }
          : { data: { result: [{ values: [['1', `doctor ${id}`]] }] } };
      },
    });
    expect(await check('log', { env: envOf(await collector()), loki })).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/Loki had it after \d+ ms/),
    });
    expect(new Set(asked).size).toBe(1);
  });
});

describe('the machine', () => {
  test('has disk, memory, load and processes', async () => {
    const { checks } = await diagnose({ env: {}, timeoutMs: 2000, page: await pageOf(page) });
    for (const name of ['disk', 'memory', 'load', 'processes']) {
      expect(checks.find((each) => each.check === name)?.status).not.toBe('skipped');
    }
  });
});

describe('the memory', () => {
  async function memoryWith(files: Readonly<Record<string, string>>): Promise<CheckResult> {
    const root = await mkdtemp(join(tmpdir(), 'sightline-root-'));
    onTestFinished(() => rm(root, { recursive: true }));
    writeFilesTo(
      root,
      Object.entries(files).map(([name, text]) => ({ path: `sys/fs/cgroup/${name}`, text })),
    );
    const memory = hostChecks(root).find(({ name }) => name === 'memory');
    if (memory === undefined) throw new Error('There is no check memory');
    return await resultOf(memory, 1000);
  }
  const current = `${96 * 1024 ** 2}\n`;

  test('of a container is compared with its limit, without file caches', async () => {
    const limited = { 'memory.max': `${100 * 1024 ** 2}\n`, 'memory.current': current };
    expect(await memoryWith({ ...limited, 'memory.stat': 'anon 5\ninactive_file 0\n' })).toMatchObject({
      status: 'warning',
      detail: '96 % of 0.1 GiB used, the limit of this container',
    });
    const stat = `inactive_file ${90 * 1024 ** 2}\n`;
    expect(await memoryWith({ ...limited, 'memory.stat': stat })).toMatchObject({
      status: 'ok',
      detail: '6 % of 0.1 GiB used, the limit of this container',
    });
  });

  test('without a limit is that of the machine', async () => {
    const { detail } = await memoryWith({ 'memory.max': 'max\n', 'memory.current': current, 'memory.stat': '' });
    expect(detail).toMatch(/^\d+ % of [\d.]+ GiB used$/);
  });
});

describe('the last errors', () => {
  async function lines(text: string): Promise<CheckResult> {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-doctor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    writeFileSync(join(folder, 'service.log'), text);
    return await check('errors', { logFile: join(folder, 'service.log') });
  }

  test('are shown from lines of every layout, without secrets', async () => {
    const { status, detail } = await lines(
      `${[
        '{"level":30,"time":1,"msg":"fine"}',
        '{"level":50,"time":1703689200000,"msg":"publish failed","err":{"message":"password=hunter2 is wrong"}}',
        '{"timestamp":"2025-11-03T12:34:56.789Z","level":"ERROR","message":"structured"}',
        '{"@timestamp":"2025-11-03T12:34:57.000Z","log.level":"error","message":"ecs"}',
        '12:34:56 ERROR plain text',
        '{"level":50,"msg":"cut in the mid',
      ].join('\n')}`,
    );
    expect(status).toBe('warning');
    expect(detail).toBe(
      `2023-12-27T15:00:00.000Z publish failed (password=[redacted] is wrong)
2025-11-03T12:34:56.789Z structured
2025-11-03T12:34:57.000Z ecs
12:34:56 ERROR plain text`,
    );
  });

  test('are the last ones of a long file', async () => {
    const line = (n: number) => `{"level":50,"msg":"error ${n}","filler":"${'x'.repeat(1000)}"}`;
    const { detail } = await lines(Array.from({ length: 2000 }, (_, n) => line(n)).join('\n'));
    expect(detail.split('\n')).toEqual([1995, 1996, 1997, 1998, 1999].map((n) => `error ${n}`));
  });

  test('in a line that is too long to be read are not taken for none', async () => {
    const { status, detail } = await lines(`{"level":30}\n{"level":50,"msg":"${'x'.repeat(25 * 1024 ** 2)} ERROR"}\n`);
    expect(detail).toMatch(/^The last line of .*service\.log is longer than 256 KiB, and was not read\.$/);
    expect(status).toBe('warning');
  });

  test('after a line that is too long are shown without it', async () => {
    const { detail } = await lines(`${'x'.repeat(1024 ** 2)} ERROR cut\n{"level":50,"msg":"after it"}\n`);
    expect(detail).toBe('after it');
  });

  test('of a pipe, which nothing may ever write to, are not waited for', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-doctor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(await check('errors', { logFile: pipe })).toMatchObject({
      status: 'failed',
      detail: `${pipe} cannot be read: it is no file`,
    });
  });

  test('of a file that is not there', async () => {
    expect(await check('errors', { logFile: '/nowhere/service.log' })).toMatchObject({ status: 'failed' });
  });
});

describe('sightline doctor', () => {
  async function doctor(...args: string[]) {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runDoctor('', args, { out: (text) => void out.push(text), err: (text) => void err.push(text) });
    return { code, out: out.join('\n'), err: err.join('\n') };
  }

  test('prints a line for each check, and its remedy', async () => {
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', undefined);
    const { code, out } = await doctor('--page', `${await stoppedPeer()}/metrics`);
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL {2}page {10}http:\/\/127/m);
    expect(out).toMatch(/^ +-> Start the service/m);
    expect(out).toMatch(/^\d+ ok, \d+ warnings, 1 failed, \d+ skipped$/m);
    vi.unstubAllEnvs();
  });

  test('prints JSON for programs, without the credentials of addresses', async () => {
    const { out } = await doctor('--json', '--page', `http://user:hunter2@${(await stoppedPeer()).slice(7)}/metrics`);
    expect(JSON.parse(out)).toMatchObject({ isHealthy: false, checks: expect.any(Array) });
    expect(out).not.toContain('hunter2');
  });

  test('has addresses and credentials from the environment, which options overrule', async () => {
    const seen: string[] = [];
    const heard = (name: string) =>
      fakePeer({
        '/api/v1/rules': ({ headers }) => {
          seen.push(`${name} ${headers.authorization} ${headers['x-scope-orgid']}`);
          return { data: { groups: [] } };
        },
      });
    const [one, other] = [await heard('one'), await heard('other')];
    const folder = await mkdtemp(join(tmpdir(), 'sightline-doctor-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    writeFileSync(join(folder, 'token'), 'of-a-file\n');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', undefined);
    vi.stubEnv('SIGHTLINE_DOCTOR_PAGE', await pageOf(page));
    vi.stubEnv('SIGHTLINE_DOCTOR_PROMETHEUS', one);
    vi.stubEnv('SIGHTLINE_DOCTOR_PROMETHEUS_TOKEN_FILE', join(folder, 'token'));
    vi.stubEnv('SIGHTLINE_DOCTOR_PROMETHEUS_HEADERS', 'X-Scope-OrgID=team%2Da');
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await doctor()).out).toMatch(/^ok +page /m);
    await doctor('--prometheus', other);
    expect(new Set(seen)).toEqual(new Set(['one Bearer of-a-file team-a', 'other Bearer of-a-file team-a']));
  });

  test.each([
    [{ PROMETHEUS: 'prometheus:9090' }, 'SIGHTLINE_DOCTOR_PROMETHEUS="prometheus:9090" is not an address'],
    [
      { LOKI_TOKEN: 'geheim', LOKI_TOKEN_FILE: '/x' },
      'SIGHTLINE_DOCTOR_LOKI_TOKEN or SIGHTLINE_DOCTOR_LOKI_TOKEN_FILE',
    ],
    [{ LOKI_TOKEN: 'geheim nis' }, 'SIGHTLINE_DOCTOR_LOKI_TOKEN… has blanks'],
    [{ LOKI_TOKEN_FILE: '/nowhere/token' }, 'SIGHTLINE_DOCTOR_LOKI_TOKEN_FILE: ENOENT'],
    [{ LOKI_HEADERS: 'geheim' }, 'SIGHTLINE_DOCTOR_LOKI_HEADERS=*** is not a list'],
    [{ LOKY_TOKEN: 'geheim' }, 'SIGHTLINE_DOCTOR_LOKY_TOKEN is not known. Did you mean SIGHTLINE_DOCTOR_LOKI_TOKEN?'],
  ])('refuses the variables %j', async (variables, message) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(`SIGHTLINE_DOCTOR_${name}`, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { code, err } = await doctor();
    expect(err).toContain(message);
    expect(err).not.toContain('geheim');
    expect(code).toBe(2);
  });

  test.each([
    [['--page', 'localhost'], '--page is no address'],
    [['--timeout-ms', 'soon'], '--timeout-ms soon is not from'],
    [['--promtheus', 'x'], "Unknown option '--promtheus'"],
  ])('refuses %j', async (args, message) => {
    expect(await doctor(...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});
