import { expect, test } from 'vitest';
import { reportOfNodeTest } from '../../../scripts/test/node-test.js';

test.each([['the conformance kit', './fixtures/memory-backend.node-test.ts', 90]])(
  '%s work in node:test',
  async (_, file, minTests) => {
    const report = await reportOfNodeTest(file, import.meta.url);
    expect(report).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(report)?.[1])).toBeGreaterThanOrEqual(minTests);
  },
);
