import { describe, expect, test } from 'vitest';
import { configure } from '../src/configure.js';
import { createObservability, type ObservabilityOptions } from '../src/index.js';

function collected() {
  const lines: string[] = [];
  const write = (_fields: object, message: string): void => void lines.push(message);
  return { lines, log: { info: write, warn: write, error: write } };
}

function live(options: ObservabilityOptions, env: Record<string, string> = {}) {
  const { lines, log } = collected();
  const { live: page, settings } = configure({ ...options, env, log });
  return { page, lines, setting: settings.get('live') };
}

describe('The live page', () => {
  test('is off unless code or environment ask for it', () => {
    expect(live({}).page).toBeUndefined();
    expect(live({ live: true }).page).toMatchObject({ host: '127.0.0.1', port: undefined, maxBytes: 33_554_432 });
    expect(live({}, { SIGHTLINE_LIVE: 'true', SIGHTLINE_LIVE_PORT: '9470' }).page).toMatchObject({ port: 9470 });
    expect(live({ live: { maxSpans: 10 } }).page).toMatchObject({ maxSpans: 10 });
  });

  test('is switched off by the environment whatever the code says', () => {
    expect(live({ live: true }, { SIGHTLINE_LIVE: 'false' }).page).toBeUndefined();
  });

  test.each([{ NODE_ENV: 'production' }, { OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=production' }])(
    'is off in production (%j), where code asks for it as everywhere',
    (env) => {
      const { page, setting, lines } = live({ live: true }, env);
      expect(page).toBeUndefined();
      expect(setting).toMatchObject({ value: false, source: 'production' });
      expect(lines).toEqual([]);
    },
  );

  test('is on in production if it is asked for there, with a token or the service’s own authorisation', () => {
    const env = { NODE_ENV: 'production' };
    const token = 'a-token-of-the-team';
    expect(live({ live: true }, { ...env, SIGHTLINE_LIVE: 'true', SIGHTLINE_LIVE_TOKEN: token }).page).toBeDefined();
    expect(live({ live: { inProduction: true, authorize: () => true } }, env).page).toBeDefined();
  });

  test('refuses to be public without one, in code', () => {
    const env = { NODE_ENV: 'production' };
    expect(() => live({ live: { inProduction: true } }, env)).toThrow(
      'is on in production, where it needs a token. Set SIGHTLINE_LIVE_TOKEN',
    );
    expect(() => live({ serviceName: 'shop', live: { host: '0.0.0.0' } })).toThrow(
      'live: the page of "shop" is on host "0.0.0.0", where it needs a token',
    );
    expect(live({ live: { host: '0.0.0.0', token: 'a-token-of-the-team' } }).page).toBeDefined();
  });

  test('stays off with a warning where the environment asks for it without one', () => {
    const { page, lines } = live({}, { SIGHTLINE_LIVE: 'true', SIGHTLINE_LIVE_HOST: '0.0.0.0' });
    expect(page).toBeUndefined();
    expect(lines.join()).toContain('SIGHTLINE_LIVE="true" is not enough');
  });

  test.each([
    [{ port: 70_000 }, 'live: port is 70000'],
    [{ token: 'short' }, 'live: token is'],
    [{ prot: 1 }, 'Did you mean "port"'],
    [{ maxPayloadBytes: 63 }, 'live: maxPayloadBytes is 63: give a whole number from 64 to 1048576'],
    [{ maxBytes: 5 }, 'live: maxBytes is 5'],
    [{ allowedHosts: ['a/b'] }, 'live: allowedHosts[0] is "a/b"'],
  ] as const)('with %j is refused', (options, message) => {
    expect(() => live({ live: options as ObservabilityOptions['live'] })).toThrow(message);
  });

  test('never gives its token away', () => {
    const { lines, log } = collected();
    const obs = createObservability({
      live: { token: 'hunter2-hunter2-hunter2', port: 0 },
      env: { SIGHTLINE_TEST_RUN: 'true' },
      signals: false,
      log,
    });
    expect(obs.explain()).toContain('live.token = ***');
    expect(`${obs.explain()} ${lines}`).not.toContain('hunter2');
    return obs.shutdown();
  });

  test('does nothing in a test run, and takes everything that is given to it', async () => {
    const obs = createObservability({ live: true, env: { SIGHTLINE_TEST_RUN: 'true' }, signals: false });
    obs.live.publish('events', { type: 'OrderPlaced' });
    for await (const message of obs.live.subscribe('events')) throw new Error(`got ${message.type}`);
    obs.live.page('Carts', () => [])();
    expect(() => obs.live.page('', () => [])).toThrow('needs a title');
    expect(() => obs.live.page('Carts', 7 as never)).toThrow('needs a function');
    expect(obs.live.url).toBeUndefined();
    await obs.shutdown();
  });
});
