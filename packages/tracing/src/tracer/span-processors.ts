import { type Context, diag, type Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from './readable-span.js';
import { settled } from './settled.js';

/** Calls the processors of a provider, each in every hook, whatever the others do. Its hooks never throw. */
export class SpanProcessors {
  readonly #processors: readonly SpanProcessor[];
  #shutdown: Promise<readonly unknown[]> | undefined;
  #flush: Promise<readonly unknown[]> | undefined;
  #nextFlush: Promise<readonly unknown[]> | undefined;

  constructor(processors: readonly SpanProcessor[]) {
    this.#processors = processors;
  }

  onStart(span: Span, parent: Context): void {
    for (const processor of this.#processors) {
      try {
        settled(processor.onStart(span, parent), onStartFailed);
      } catch (error) {
        onStartFailed(error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const processor of this.#processors) {
      try {
        settled(processor.onEnding?.(span), onEndingFailed);
      } catch (error) {
        onEndingFailed(error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.#processors) {
      try {
        settled(processor.onEnd(span), onEndFailed);
      } catch (error) {
        onEndFailed(error);
      }
    }
  }

  /**
   * Flushes or shuts down all of them, side by side, and resolves to what failed. They are shut down once, and flushed one flush at a
   * time: a call during a flush gets the next one. So a processor whose flush asks for another one does not call itself without end.
   */
  all(action: 'forceFlush' | 'shutdown'): Promise<readonly unknown[]> {
    if (action === 'shutdown') {
      this.#shutdown ??= Promise.resolve().then(() => this.#each('shutdown'));
      return this.#shutdown;
    }
    if (this.#flush === undefined) return this.#startFlush();
    this.#nextFlush ??= this.#flush.then(() => {
      this.#nextFlush = undefined;
      return this.#startFlush();
    });
    return this.#nextFlush;
  }

  #startFlush(): Promise<readonly unknown[]> {
    const flush = Promise.resolve()
      .then(() => this.#each('forceFlush'))
      .finally(() => {
        if (this.#flush === flush) this.#flush = undefined;
      });
    this.#flush = flush;
    return flush;
  }

  async #each(action: 'forceFlush' | 'shutdown'): Promise<readonly unknown[]> {
    const results = await Promise.allSettled(this.#processors.map(async (processor) => processor[action]()));
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }
}

function failedIn(hook: string): (error: unknown) => void {
  return (error) =>
    diag.error(
      `[tracing] A span processor failed in ${hook}. Other processors and the delivery of spans go on.`,
      error,
    );
}

const onStartFailed = failedIn('onStart');
const onEndingFailed = failedIn('onEnding');
const onEndFailed = failedIn('onEnd');
