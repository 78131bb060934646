import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundledService, type ServiceBundle } from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
beforeAll(async () => {
  service = await bundledService('live-service', import.meta.url);
});
afterAll(() => service?.remove());

describe('a process with the page ends as it does without', () => {
  test.each(['runs out at once', 'runs out', 'throws', 'rejects, and exits', 'SIGTERM with a viewer'])(
    '%s',
    async (scenario) => {
      const ends = await Promise.all(
        ['on', 'off'].map((live) => service.start(scenario, { LIVE: live }, ['--no-warnings']).ended()),
      );
      const [on, off] = ends.map(({ code, signal, stderr }) => ({
        code,
        signal,
        listeners: /listeners: ([^;]*)/.exec(stderr)?.[1],
        failure: /Error: .*/.exec(stderr)?.[0],
      }));
      expect(on).toEqual(off);
    },
  );

  test('also while code waits for messages', async () => {
    const { code, stderr } = await service.start('runs out with a subscriber').ended();
    // What Node.js says of a promise at the top that nothing can settle any more does not count.
    expect([0, 13]).toContain(code);
    expect(stderr).not.toContain('nothing was published');
  });
});

test('workers of a cluster have a page each, on ports of their own', async () => {
  const { stderr } = await service.start('cluster').ended();
  expect(stderr).toContain('workers: 2');
});

test('a thread has a page, and ends', async () => {
  const { stderr, code } = await service.start('a thread').ended();
  expect(stderr).toContain('thread ended: 0');
  expect(code).toBe(0);
});

test('the page answers where little may be read', async () => {
  const permission = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission';
  const net = process.allowedNodeEnvironmentFlags.has('--allow-net') ? ['--allow-net'] : [];
  const repository = fileURLToPath(new URL('../../..', import.meta.url));
  const flags = [
    '--no-warnings',
    permission,
    ...net,
    `--allow-fs-read=${service.folder}/`,
    `--allow-fs-read=${repository}`,
  ];
  const { stderr, code } = await service.start('answers', {}, flags).ended();
  expect(stderr).toContain('script: 200');
  expect(stderr).toContain('runtime: 200');
  expect(stderr).toContain('graphql: {"data":{"services":[{"name":"shop"}]}}');
  expect(code).toBe(0);
});
