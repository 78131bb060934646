import { describe, expect, test, vi } from 'vitest';
import { packs } from '../src/catalogue/packs.js';
import { declaredPacks } from './declared-packs.js';

vi.setConfig({ testTimeout: 60_000 }); // all packages are loaded

describe('the packs', () => {
  // Of another system the process and host metrics may be fewer.
  test.skipIf(process.platform !== 'linux')('are what our packages declare (else run: npm run docs)', async () => {
    expect(packs).toEqual(await declaredPacks());
  });

  test('have a help text for each metric, and say which labels mean failures', () => {
    const all = Object.values(packs).flat();
    expect(all.filter(({ help }) => help.length < 3)).toEqual([]);
    const failing = all.flatMap(({ name, labels }) =>
      labels.filter((label) => 'failing' in label).map((label) => `${name} ${label.name}`),
    );
    expect(failing).toEqual(
      expect.arrayContaining([
        'http_server_request_duration_seconds error_type',
        'saga_completed_total status',
        'repo_query_errors_total error_type',
      ]),
    );
  });
});
