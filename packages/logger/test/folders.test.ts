import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createLogger } from '../src/index.js';

test.skipIf(!existsSync('/proc/self'))('a file where no folder can be made costs its lines, not the service', () => {
  const log = createLogger({ env: { LOG_FILE: '/proc/nowhere/app.log' } });
  log.info('lost and counted');
  expect(existsSync('/proc/nowhere')).toBe(false);
});
