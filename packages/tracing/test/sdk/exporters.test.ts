import { expect, test } from 'vitest';
import { startTracing } from '../../src/sdk/index.js';
import type { ReadableSpan } from '../../src/tracer/index.js';

test.each(['sightline', 'opentelemetry'] as const)(
  'a span that cannot be read throws nothing at its end and costs an exporter of OpenTelemetry that span only (%s)',
  async (engine) => {
    const names: string[] = [];
    const lines: string[] = [];
    const write = (_fields: object, message: string): void => void lines.push(message);
    const { tracer, flush, stats, shutdown } = startTracing({
      engine,
      exporter: {
        export(spans: ReadableSpan[], done) {
          names.push(...spans.map(({ name }) => name));
          done({ code: 0 });
        },
        shutdown: async () => {},
      },
      isGlobal: false,
      drainsAtExit: false,
      env: {},
      log: { info: write, warn: write, error: write },
    });
    const bad = tracer.startSpan('bad');
    Object.defineProperty(bad, 'name', {
      get() {
        throw new Error('no name');
      },
    });
    expect(() => bad.end()).not.toThrow();
    tracer.startSpan('good').end();
    await flush();
    expect(names).toEqual(['good']);
    expect(stats()).toMatchObject({ exported: 1, lost: { unencodable: 1 } });
    expect(lines).toEqual([expect.stringContaining('Some spans cannot be encoded: no name')]);
    await shutdown();
  },
);
