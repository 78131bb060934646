import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startPushgateway } from '../../../../scripts/servers/pushgateway.js';
import { requireServer } from '../../../../scripts/servers/require-server.js';
import type { ServerProcess } from '../../../../scripts/servers/server-process.js';
import { pushGateway } from '../src/index.js';
import { counter, gauge, histogram } from './families.js';
import { type SampleService, sampleService } from './sample-service.js';

describe.skipIf(!requireServer('prometheus-pushgateway'))('a Pushgateway', () => {
  let gateway: ServerProcess;
  let service: SampleService | undefined;
  beforeAll(async () => {
    gateway = await startPushgateway();
  });
  afterAll(async () => {
    await service?.metrics.shutdown();
    await gateway?.stop();
  });

  const deadline = { timeoutMs: 5000 };
  const page = async () => (await fetch(`${gateway.url}/metrics`)).text();
  const snapshot = (value: number) => ({ timeMs: 0, families: [counter('jobs', [{ queue: 'mail' }], [value])] });

  test.each([true, false])('takes pushes (compressed: %s)', async (gzip) => {
    const group = pushGateway({ url: gateway.url, jobName: `zip-${gzip}`, gzip });
    await group.push(snapshot(3), deadline);
    expect(await page()).toContain(`jobs_total{instance="",job="zip-${gzip}",queue="mail"} 3\n`);
  });

  test('has a group’s metrics replaced, added to and removed', async () => {
    const put = pushGateway({ url: gateway.url, jobName: 'life' });
    await put.push({ timeMs: 0, families: [gauge('first', [{}], [1])] }, deadline);
    await pushGateway({ url: gateway.url, jobName: 'life', method: 'POST' }).push(
      { timeMs: 0, families: [gauge('second', [{}], [2])] },
      deadline,
    );
    expect(await page()).toMatch(/first\{.*job="life"\} 1\n.*second\{.*job="life"\} 2\n/s);
    await put.push({ timeMs: 0, families: [gauge('third', [{}], [3])] }, deadline);
    expect(await page()).not.toMatch(/(first|second)\{.*job="life"/);
    await put.delete(deadline);
    // It answers before it has deleted.
    await expect.poll(page).not.toContain('job="life"');
  });

  test.each([
    ['a/b', { path: '/var/tmp' }, 'job="a/b",path="/var/tmp"'],
    ['empty', { path: '' }, 'job="empty"'],
    ['odd', { path: 'Zürich ?#%+&"' }, 'job="odd",path="Zürich ?#%+&\\""'],
    ['dots', { path: '..' }, 'job="dots",path=".."'],
  ])('knows the group %s %j', async (jobName, groupings, labels) => {
    await pushGateway({ url: gateway.url, jobName, groupings }).push(snapshot(1), deadline);
    expect(await page()).toContain(`jobs_total{instance="",${labels}`);
  });

  test('is quoted when it refuses', async () => {
    const gauges = pushGateway({ url: gateway.url, jobName: 'kinds' });
    await gauges.push({ timeMs: 0, families: [gauge('clash', [{}], [1])] }, deadline);
    const other = pushGateway({ url: gateway.url, jobName: 'kinds-2' });
    const clash = histogram('clash', [{}], { bounds: [1], counts: [[1, 0]], sums: [1] });
    await expect(other.push({ timeMs: 0, families: [clash] }, deadline)).rejects.toThrow(
      /was answered 400: .*inconsistent/,
    );
  });

  test('takes everything that a service has', async () => {
    service = await sampleService({ listen: false, pushGateway: { url: gateway.url, jobName: 'service' } });
    await service.metrics.flush();
    expect(await page()).toMatch(/collector_publish_latency_seconds_count\{.*job="service".*\} 4\n/);
  });
});
