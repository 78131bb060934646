import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReceivedRequest } from '../../../../scripts/servers/otlp-receiver.js';
import { type ObservedPrograms, observedPrograms, type ProgramRun } from './observed-program.js';
import { outline, type SpanTree, spanTrees } from './span-trees.js';

export interface InstrumentedProgram extends Pick<ProgramRun, 'instrumentations' | 'isPreloaded'> {
  /** A file of `programs/`. */
  readonly program: string;
  /** The number of its spans, so that two runs without any are not the same. */
  readonly spans: number;
  /** Starts the server that it speaks to; the program finds its address in `SERVER_URL`. */
  readonly server?: () => Promise<RunningServer>;
  /** Whether what one run leaves there would be seen by the next: each run then has its own. */
  readonly hasServerPerRun?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What it reports itself under our engine, each with the number of requests with spans that came before. Default: as under the SDK.
   */
  readonly reports?: readonly Report[];
}

interface RunningServer {
  readonly url: string;
  stop(): Promise<void>;
}

type Report = readonly [requests: number, body: string];

/** By more versions of Node.js than the one of the test: paths of their binaries in `NODES`, with colons between them. */
const nodes: ReadonlyArray<string | undefined> = [
  undefined,
  ...(process.env['NODES'] ?? '').split(':').filter((path) => path !== ''),
];

/**
 * Each program has the same spans under our engine as under OpenTelemetry's SDK, as an ES module and as CommonJS, and also where that SDK
 * is the engine.
 */
export function haveTheSameSpans(cases: readonly InstrumentedProgram[]): void {
  let programs: ObservedPrograms;
  beforeAll(async () => {
    programs = await observedPrograms(cases.map(({ program }) => program));
  });
  afterAll(() => programs.remove());

  describe.each(cases)('$program', ({ spans, server, hasServerPerRun, env, reports, ...given }) => {
    let shared: RunningServer | undefined;
    beforeAll(async () => {
      if (hasServerPerRun !== true) shared = await server?.();
    });
    afterAll(() => shared?.stop());

    for (const node of nodes) {
      const by = node === undefined ? '' : `, ${node}`;
      test.each(['esm', 'cjs'] as const)(
        `has the same spans as under OpenTelemetry’s SDK (%s${by})`,
        async (modules) => {
          const under = async (
            engine: ProgramRun['engine'],
            engineEnv: Readonly<Record<string, string>> = {},
          ): Promise<readonly ReceivedRequest[]> => {
            const own = hasServerPerRun === true ? await server?.() : undefined;
            const { url } = own ?? shared ?? { url: '' };
            try {
              return await programs.run({
                ...given,
                engine,
                modules,
                node,
                env: { ...env, ...engineEnv, SERVER_URL: url },
              });
            } finally {
              await own?.stop();
            }
          };
          // One after the other, where all speak to one server.
          const [official, ours] = [await under('official'), await under('sightline')];
          const [officialTrees, ourTrees] = [spanTrees(official), spanTrees(ours)];
          expect(ourTrees, outline(ourTrees)).toEqual(officialTrees);
          expect(count(officialTrees), outline(officialTrees)).toBe(spans);
          expect(reportsIn(ours)).toEqual(reports ?? reportsIn(official));
          if (modules === 'cjs') return; // the SDK is loaded in the same way
          const onSdk = spanTrees(await under('sightline', { SIGHTLINE_TRACING_ENGINE: 'opentelemetry' }));
          expect(onSdk, outline(onSdk)).toEqual(officialTrees);
        },
      );
    }
  });
}

function reportsIn(requests: readonly ReceivedRequest[]): readonly Report[] {
  let sent = 0;
  return requests.flatMap(({ path, body }): Report[] => {
    if (path === '/report') return [[sent, body.toString()]];
    sent++;
    return [];
  });
}

function count(trees: readonly SpanTree[]): number {
  return trees.reduce((sum, { children }) => sum + 1 + count(children), 0);
}
