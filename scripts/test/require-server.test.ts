import { afterEach, expect, test, vi } from 'vitest';
import { requireServer } from '../servers/require-server.js';

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

test('says how to get a server that is not there', () => {
  vi.stubEnv('PATH', '');
  vi.stubEnv('CI', 'false');
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  expect(requireServer('prometheus', 'promtool')).toBe(false);
  expect(warn.mock.calls).toEqual([['Tests are skipped. Not installed; get it with: apt-get install prometheus']]);
});

test('fails instead where tests must not be skipped', () => {
  vi.stubEnv('PATH', '');
  vi.stubEnv('CI', 'true');
  expect(() => requireServer('prometheus-pushgateway')).toThrow('apt-get install prometheus-pushgateway');
});
