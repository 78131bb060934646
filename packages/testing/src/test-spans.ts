import type { HrTime, Span, Tracer } from '@opentelemetry/api';
import { didYouMean } from '@sightline/base';
import { type FakeClock, fakeClock } from '@sightline/base/fake-clock';
import {
  alwaysOn,
  createSpans,
  parentBased,
  type Sampler,
  type SpanBuilder,
  type SpansOptions,
} from '@sightline/tracing';
import { type SpanProcessor, TracerProvider } from '@sightline/tracing/tracer';
import { sequentialIds } from './sequential-ids.js';
import { SPANS, type SpansReading } from './span-checks.js';
import { type ReadableSpan, readSpan, type SpanReading } from './span-reading.js';
import { type SpanTree, spanTree } from './span-tree.js';
import { type SpanMisuse, spanWatch } from './span-watch.js';
import { ensureContextManager } from './test-context.js';

export interface TestSpansOptions extends Pick<SpansOptions, 'redact' | 'maxValueLength'> {
  /** Default: every span is recorded. */
  sampler?: Sampler | undefined;
  /** The clock of the spans, if a test shares it. Default: a new one. */
  clock?: FakeClock | undefined;
  /** `sequential` ids count from 1 and can be written in a test. Default: `random`. */
  ids?: 'random' | 'sequential' | undefined;
  /** Whether a call on a span that has ended throws. It is in `misuse` either way. Default: true. */
  strict?: boolean | undefined;
}

/** A builder whose spans a test can query. Pass `spans` or `tracer` to the code under test instead of the service's. */
export interface TestSpans {
  readonly spans: SpanBuilder;
  /** For code that takes OpenTelemetry's own interface. */
  readonly tracer: Tracer;
  readonly clock: FakeClock;
  /** The spans that have ended, in order of their ends. The same list grows. */
  readonly finished: readonly SpanReading[];
  /** The spans that have been started and not ended, as they are now, in order of their starts. */
  open(): readonly SpanReading[];
  /** Calls on spans that had ended: ended twice, given an attribute too late. The same list grows. */
  readonly misuse: readonly SpanMisuse[];
  /** The one finished span of this name. Throws if there is none, or more than one. */
  named(name: string): SpanReading;
  /** All spans, as text and structure. */
  tree(): SpanTree;
  /** Throws if a span has not ended, and says where each was started. */
  assertNoOpenSpans(): void;
  /** Throws if a span was used after its end, and says where it was started. */
  assertNoMisuse(): void;
  /** Forgets every span. */
  reset(): void;
  readonly [SPANS]: () => SpansReading;
}

/**
 * Makes a span builder for one test, with its own provider and clock. Builders share only the context manager of the process, so tests
 * may run in parallel.
 */
export function createTestSpans({
  sampler = parentBased(alwaysOn),
  clock = fakeClock(),
  ids = 'random',
  strict = true,
  ...options
}: TestSpansOptions = {}): TestSpans {
  ensureContextManager();
  const now = (): HrTime => {
    const ms = clock.now();
    const seconds = Math.floor(ms / 1000);
    return [seconds, Math.round((ms - seconds * 1000) * 1e6)];
  };
  const started = new Map<Span, boolean>();
  const finished: SpanReading[] = [];
  const misuse: SpanMisuse[] = [];
  const { watch, startedAt } = spanWatch((found) => {
    misuse.push(found);
    if (strict) throw new Error(misuseText(found));
  });

  const processor: SpanProcessor = {
    onStart(span) {
      started.set(span, true);
      watch(span);
    },
    onEnd(span) {
      const key = span as unknown as Span;
      // Ignores spans that were started before a reset.
      if (!started.has(key)) return;
      started.set(key, false);
      finished.push(readSpan(span));
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const provider = new TracerProvider({
    ...options,
    clock,
    sampler,
    ids: ids === 'sequential' ? sequentialIds() : undefined,
    processors: [processor],
  });
  const tracer = provider.getTracer('@sightline/testing');

  const all = (isOpen?: boolean) =>
    [...started].flatMap(([span, isStillOpen]) =>
      isOpen === undefined || isStillOpen === isOpen
        ? [{ span: read(span, isStillOpen), isOpen: isStillOpen, startedAt: startedAt(span) }]
        : [],
    );
  const read = (span: Span, isOpen: boolean): SpanReading =>
    readSpan(span as unknown as ReadableSpan, isOpen ? now() : undefined);

  return {
    spans: createSpans({ tracer }),
    tracer,
    clock,
    finished,
    misuse,
    open: () => all(true).map(({ span }) => span),
    named(name) {
      const [span, ...others] = finished.filter((each) => each.name === name);
      if (span === undefined) {
        const hint = didYouMean(name, new Set(finished.map((each) => each.name)));
        throw new Error(`[testing] No span "${name}" has ended.${hint}\n${shown(all())}`);
      }
      if (others.length > 0) {
        throw new Error(`[testing] ${others.length + 1} spans "${name}" have ended. Look for one of them in finished.`);
      }
      return span;
    },
    tree: () => spanTree(all()),
    assertNoOpenSpans() {
      const open = all(true);
      if (open.length === 0) return;
      const list = open.map((each) => `  "${each.span.name}", started\n    ${each.startedAt}`);
      throw new Error(
        `[testing] ${open.length} span${open.length === 1 ? ' has' : 's have'} not ended:\n${list.join('\n')}`,
      );
    },
    assertNoMisuse() {
      if (misuse.length > 0) throw new Error(misuse.map(misuseText).join('\n'));
    },
    reset() {
      started.clear();
      finished.length = 0;
      misuse.length = 0;
    },
    [SPANS]: () => ({ finished, open: all(true).map(({ span }) => span) }),
  };
}

function misuseText({ span, misuse, startedAt }: SpanMisuse): string {
  return `[testing] Span "${span}" ${misuse}. It was started\n    ${startedAt}`;
}

function shown(spans: Parameters<typeof spanTree>[0]): string {
  return spans.length === 0 ? 'There are no spans.' : `The spans are:\n${spanTree(spans).text}`;
}
