import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build, type Format } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// As services have them that load an ES module and CommonJS, or dependencies with versions of their own: each copy of Sightline in a
// folder of its own, with a copy of OpenTelemetry's API beside it.

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sightline-copies-'));
  await Promise.all([copied('first', 'esm'), copied('second', 'cjs'), copied('third', 'cjs')]);
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

async function copied(name: string, format: Format): Promise<void> {
  const require = createRequire(import.meta.url);
  const api = dirname(dirname(dirname(require.resolve('@opentelemetry/api'))));
  await mkdir(join(folder, name, 'node_modules/@opentelemetry'), { recursive: true });
  await cp(api, join(folder, name, 'node_modules/@opentelemetry/api'), { recursive: true });
  await build({
    stdin: {
      contents: `export * from '@sightline/tracing/sdk';
        export { currentContext, runWithContext } from '@sightline/context';
        export { context, trace } from '@opentelemetry/api';`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    outfile: join(folder, name, format === 'esm' ? 'copy.mjs' : 'copy.cjs'),
    bundle: true,
    format,
    platform: 'node',
    target: 'node20',
    conditions: ['@sightline/source'],
    external: ['@opentelemetry/api'],
    logLevel: 'silent',
  });
}

interface Kept {
  readonly copy: string;
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | undefined;
  readonly fields: unknown;
}

/** Runs a body that is given the copies, each started, and returns the spans that ended in any of them. */
async function spansOf(body: string): Promise<readonly Kept[]> {
  const program = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    const copies = { first: await import('./first/copy.mjs'), second: require('./second/copy.cjs'), third: require('./third/copy.cjs') };
    const kept = [];
    const problems = [];
    const log = { info() {}, warn: (_, line) => problems.push(line), error: (_, line) => problems.push(line) };
    function started(name) {
      const { startTracing, currentContext, runWithContext, context, trace } = copies[name];
      const keeper = {
        onStart() {},
        onEnd(span) {
          const { traceId, spanId } = span.spanContext();
          kept.push({ copy: name, name: span.name, traceId, spanId, parent: span.parentSpanContext?.spanId, fields: currentContext() });
        },
        forceFlush: async () => {},
        shutdown: async () => {},
      };
      const tracing = startTracing({ exporter: 'none', spanProcessors: [keeper], log, env: {}, drainsAtExit: false });
      return { ...tracing, context, trace, runWithContext };
    }
    const first = started('first');
    const second = started('second');
    const third = copies.third;
    ${body}
    await first.shutdown();
    await second.shutdown();
    console.log(JSON.stringify({ kept, problems }));
  `;
  const path = join(folder, 'main.mjs');
  await writeFile(path, program);
  const { stdout } = await promisify(execFile)(process.execPath, [path]);
  const { kept, problems } = JSON.parse(stdout) as { kept: readonly Kept[]; problems: readonly string[] };
  expect(problems).toEqual([]);
  return kept;
}

const spanIn = (spans: readonly Kept[], name: string): Kept => {
  const span = spans.find((each) => each.name === name);
  if (span === undefined) throw new Error(`There is no span "${name}" among ${JSON.stringify(spans)}`);
  return span;
};

describe('two copies of the package, and three of OpenTelemetry’s API, in one process', () => {
  test.each([
    ['first', 'second'],
    ['second', 'first'],
  ])('have their spans in one tree: %s around %s', { timeout: 60_000 }, async (outer, inner) => {
    const spans = await spansOf(`
      await ${outer}.spans.span('outer', async () => {
        await ${inner}.spans.span('middle', async () => {
          await new Promise(setImmediate);
          ${outer}.spans.span('inner', () => {});
        });
      });
    `);
    const [top, middle, bottom] = ['outer', 'middle', 'inner'].map((name) => spanIn(spans, name)) as [Kept, Kept, Kept];
    expect(spans).toHaveLength(3);
    expect([top.copy, middle.copy, bottom.copy]).toEqual([outer, inner, outer]);
    expect(top.parent).toBeUndefined();
    expect([middle.parent, bottom.parent]).toEqual([top.spanId, middle.spanId]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('spans by the API go where the first copy sends them, started by either API', { timeout: 60_000 }, async () => {
    const spans = await spansOf(`
      first.trace.getTracer('a').startActiveSpan('outer', (span) => {
        second.trace.getTracer('b').startActiveSpan('middle', (within) => {
          third.trace.getTracer('c').startSpan('inner', {}, third.context.active()).end();
          within.end();
        });
        span.end();
      });
    `);
    expect(spans.map(({ copy, name }) => [copy, name])).toEqual([
      ['first', 'inner'],
      ['first', 'middle'],
      ['first', 'outer'],
    ]);
    expect(spanIn(spans, 'middle').parent).toBe(spanIn(spans, 'outer').spanId);
    expect(spanIn(spans, 'inner').parent).toBe(spanIn(spans, 'middle').spanId);
  });

  test('see each other’s fields, within spans and in what is bound to a context', { timeout: 60_000 }, async () => {
    const spans = await spansOf(`
      let bound;
      first.runWithContext({ requestId: 'r1' }, () => {
        second.spans.span('of the second', () => {
          bound = first.context.bind(first.context.active(), () => first.spans.span('bound', () => {}));
        });
      });
      bound();
      second.spans.span('outside', () => {});
    `);
    expect(spanIn(spans, 'of the second').fields).toMatchObject({ requestId: 'r1' });
    expect(spanIn(spans, 'bound')).toMatchObject({
      parent: spanIn(spans, 'of the second').spanId,
      fields: { requestId: 'r1' },
    });
    expect(spanIn(spans, 'outside').parent).toBeUndefined();
  });

  test('record nothing under an unsampled parent of either copy', { timeout: 60_000 }, async () => {
    const spans = await spansOf(`
      const parent = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 0, isRemote: true };
      const { context, trace } = third;
      context.with(trace.setSpanContext(context.active(), parent), () => {
        first.spans.span('unsampled', (span) => {
          second.spans.span('under it', (under) => {
            if (under.isRecording()) throw new Error('recorded under an unsampled span');
            if (under.spanContext().traceId !== parent.traceId) throw new Error('another trace');
          });
        });
      });
    `);
    expect(spans).toEqual([]);
  });
});
