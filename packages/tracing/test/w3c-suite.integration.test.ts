import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { requirePython } from '../../../scripts/servers/require-server.js';
import { freePort } from '../../../scripts/servers/server-process.js';
import { w3cPropagator } from '../src/propagation/index.js';
import { type HeaderView, startW3cService } from './w3c-service.js';

// The folder `test` of a checkout of https://github.com/w3c/trace-context, which is not part of this repository. What it
// asks is asked by w3c-service.test.ts too, in cases of our own.
const suite = process.env['W3C_TRACE_CONTEXT_SUITE'];
if (suite === undefined)
  console.warn('Set W3C_TRACE_CONTEXT_SUITE to the folder test of w3c/trace-context to run its suite.');
const python = suite === undefined ? undefined : requirePython('aiohttp');

describe.skipIf(suite === undefined || python === undefined)('the W3C trace-context suite, strict, level 2', () => {
  test.each<HeaderView>(['headers', 'rawHeaders'])('passes whole on %s', async (view) => {
    const service = await startW3cService(w3cPropagator, view);
    try {
      const { stderr } = await promisify(execFile)(python ?? '', ['-B', 'test.py', service.url], {
        cwd: suite,
        env: { ...process.env, STRICT_LEVEL: '2', SPEC_LEVEL: '2', HARNESS_PORT: String(await freePort()) },
      });
      expect(stderr).toMatch(/Ran 41 tests/);
      expect(stderr).toMatch(/^OK$/m);
    } finally {
      await service.close();
    }
  });
});
