import { type Context, diag, type Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from './readable-span.js';

/** Calls the processors of a provider, each in every hook, whatever the others do. Its hooks never throw. */
export class SpanProcessors {
  readonly #processors: readonly SpanProcessor[];

  constructor(processors: readonly SpanProcessor[]) {
    this.#processors = processors;
  }

  onStart(span: Span, parent: Context): void {
    for (const processor of this.#processors) {
      try {
        processor.onStart(span, parent);
      } catch (error) {
        report('onStart', error);
      }
    }
  }

  onEnding(span: Span): void {
    for (const processor of this.#processors) {
      try {
        processor.onEnding?.(span);
      } catch (error) {
        report('onEnding', error);
      }
    }
  }

  onEnd(span: ReadableSpan): void {
    for (const processor of this.#processors) {
      try {
        processor.onEnd(span);
      } catch (error) {
        report('onEnd', error);
      }
    }
  }

  /** Flushes or shuts down all of them, side by side. Resolves to what failed. */
  async all(action: 'forceFlush' | 'shutdown'): Promise<readonly unknown[]> {
    const results = await Promise.allSettled(this.#processors.map(async (processor) => processor[action]()));
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  }
}

function report(hook: string, error: unknown): void {
  diag.error(`[tracing] A span processor threw in ${hook}. Other processors and the delivery of spans go on.`, error);
}
