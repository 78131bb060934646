import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  bundledService,
  type Ended,
  type ServiceBundle,
  type ServiceProcess,
} from '../../../scripts/test/service-process.js';

let service: ServiceBundle;
const started: ServiceProcess[] = [];

beforeAll(async () => {
  service = await bundledService('ending-service', import.meta.url);
});
afterEach(() => {
  for (const { child } of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => service?.remove());

function start(scenario: string, env: Record<string, string> = {}): ServiceProcess {
  const process = service.start(scenario, env);
  started.push(process);
  return process;
}

/** All windows of `jobs_total` together. */
function jobs({ windows }: Ended): number {
  return windows.reduce((sum, window) => sum + Number(window['jobs_total'] ?? 0), 0);
}

describe('without a listener of the service’s own', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s in a burst drains once and ends the process by the signal',
    async (signal) => {
      const ended = await start(`burst, then ${signal}`).ended();
      expect(ended).toMatchObject({ code: null, signal, stderr: '' });
      expect(jobs(ended)).toBe(3000);
      expect(ended.windows).toHaveLength(1);
    },
  );

  test('a signal before the backend is loaded loses nothing', async () => {
    const ended = await start('SIGTERM at once').ended();
    expect(ended).toMatchObject({ signal: 'SIGTERM', stderr: '' });
    expect(ended.windows.map((window) => window['jobs_total'])).toEqual([7]);
  });

  test('Prometheus can still scrape while the service drains', async () => {
    const running = start('lingering scrape');
    const url = (await running.line('url: ')).split(' ')[1];
    running.child.kill('SIGTERM');
    // Only then the scrape: it is the one that the service waits for.
    while ((await fetch(`${url}/readyz`)).status !== 503);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('jobs_total 11');
    expect(await running.ended()).toMatchObject({ signal: 'SIGTERM', stderr: expect.not.stringContaining('failed') });
  });

  test('a second signal ends a drain that hangs at once', async () => {
    const running = start('a drain that hangs', { DRAIN_MS: '60000' });
    await running.line('ready');
    running.child.kill('SIGTERM');
    await running.line('draining');
    running.child.kill('SIGINT');
    expect(await running.ended()).toMatchObject({ code: null, signal: 'SIGINT' });
  });

  test('the same signal twice at once, as npm and the terminal send it, drains all the same', async () => {
    const running = start('a drain that hangs', { DRAIN_MS: '100' });
    await running.line('ready');
    running.child.kill('SIGINT');
    await running.line('draining');
    running.child.kill('SIGINT');
    const ended = await running.ended();
    expect(ended).toMatchObject({ code: null, signal: 'SIGINT' });
    expect(ended.messages.join()).toContain('Shutting down "stuck" did not finish within');
  });

  test('a drain that hangs ends at its deadline, and says what hung', async () => {
    const running = start('a drain that hangs', { DRAIN_MS: '100' });
    await running.line('ready');
    running.child.kill('SIGTERM');
    const ended = await running.ended();
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(ended.messages.join()).toContain('Shutting down "stuck" did not finish within');
  });

  test('several observabilities share one listener, and all are drained', async () => {
    const ended = await start('two observabilities').ended();
    expect(ended).toMatchObject({ signal: 'SIGTERM', stderr: 'listeners: 1\n' });
    expect(ended.windows.map((window) => window['jobs_total']).sort()).toEqual([1, 2]);
  });

  test('listeners of signal-exit do not count as the service’s own', async () => {
    const ended = await start('a listener of signal-exit').ended();
    expect(ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    expect(jobs(ended)).toBe(3000);
  });

  test.each(['SIGTERM during an own shutdown', 'SIGTERM during an own shutdown, after the start'])(
    '%s waits for it and drains no second time',
    async (scenario) => {
      const ended = await start(scenario).ended();
      expect(ended.signal).toBe('SIGTERM');
      expect(ended.windows.map((window) => window['jobs_total'])).toEqual([3]);
    },
  );
});

describe('with a listener of the service’s own', () => {
  test('what it records until it has shut down arrives, and the service decides on the exit code', async () => {
    const ended = await start('own once-listener from before, which shuts down').ended();
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(jobs(ended)).toBe(3005);
  });

  test('what it records until the process runs out arrives', async () => {
    const ended = await start('own listener, which only lets the process run out').ended();
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(jobs(ended)).toBe(3005);
  });

  test('the process goes on where the service ignores the signal, with all numbers flushed', async () => {
    const running = start('own listener, which ignores the signal');
    expect(JSON.parse(await running.line('"jobs_total"'))).toMatchObject({ metrics: { jobs_total: 3000 } });
    await running.line('ignored');
    running.child.kill('SIGTERM');
    running.child.kill('SIGTERM');
    expect(running.child.exitCode).toBe(null);
    running.child.kill('SIGKILL');
    expect((await running.ended()).signal).toBe('SIGKILL');
  });
});

test('/readyz answers 503 from SIGTERM on, also where the service listens to it; SIGINT leaves it alone then', async () => {
  const running = start('own listener and a server');
  const url = (await running.line('url: ')).split(' ')[1];
  running.child.kill('SIGINT');
  await running.line('got SIGINT');
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  running.child.kill('SIGTERM');
  await running.line('got SIGTERM');
  expect((await fetch(`${url}/readyz`)).status).toBe(503);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
});

describe('without a signal', () => {
  test('the natural end of a script writes the last window exactly once', async () => {
    const ended = await start('natural end').ended();
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(ended.windows.map((window) => window['jobs_total'])).toEqual([3]);
  });

  test('a script that has shut down writes nothing more', async () => {
    const ended = await start('natural end after shutdown').ended();
    expect(ended.windows.map((window) => window['jobs_total'])).toEqual([3]);
  });

  test('a Prometheus server alone does not keep a script alive', async () => {
    const env = { METRICS_BACKEND: 'prometheus', METRICS_PORT: '0', METRICS_HOST: '127.0.0.1' };
    expect(await start('natural end', env).ended()).toMatchObject({ code: 0, stderr: '' });
  });

  test('an uncaught exception ends the process as ever', async () => {
    const ended = await start('uncaught exception').ended();
    expect(ended).toMatchObject({ code: 1, signal: null });
    expect(ended.stderr).toContain('Error: a bug of the service');
  });

  test('process.exit is not covered: it keeps its code, and the last window is lost', async () => {
    expect(await start('process.exit').ended()).toMatchObject({ code: 3, windows: [] });
  });
});

test('after a shutdown the process has its own signals again', async () => {
  expect(await start('shutdown gives the signals back').ended()).toMatchObject({
    signal: 'SIGTERM',
    stderr: 'listeners: 0\n',
  });
});

test('signals: false installs nothing', async () => {
  expect(await start('signals off').ended()).toMatchObject({
    signal: 'SIGTERM',
    stderr: 'listeners: 0\n',
    windows: [],
  });
});
