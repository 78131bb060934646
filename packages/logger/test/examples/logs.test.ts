import { createLogger } from '@sightline/logger';
import { captureLogs } from '@sightline/testing/logs';
import '@sightline/testing/vitest';
import { expect, test } from 'vitest';

test('says why an order was refused', () => {
  const logs = captureLogs();
  const log = createLogger({ name: 'shop', destination: logs, env: {} });

  log.child({ order: 7 }).warning({ reason: { code: 'no-stock', part: 'bolt' } }, 'order refused');

  expect(logs).toHaveLogged({
    level: 'warning',
    message: /refused/,
    context: { order: 7, reason: { code: 'no-stock' } },
  });
  expect(logs).not.toHaveLogged({ level: 'error' });
  expect(logs.matching({ logger: 'shop' })).toHaveLength(1);
});
