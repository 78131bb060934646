import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('cluster-service', import.meta.url);
});
afterAll(() => service?.remove());

test('a cluster worker opens no server, says once what to do, and drains on SIGTERM', async () => {
  const { stderr, messages } = await service.start('').ended();
  const said = messages.join('\n');
  expect(said.match(/\[sdk\] This is a cluster worker/g)).toHaveLength(1);
  expect(said).toContain('Mount obs.handler on a port of each worker');
  expect(stderr).toContain('address: undefined, page: jobs_total 4');
  expect(stderr).toContain('worker ended: SIGTERM');
});
