import { context, type Span } from '@opentelemetry/api';
import { Attr } from './attributes.js';
import { nameString } from './name-string.js';
import type { SagaOutcome } from './saga-outcome.js';
import type { SagaSpanOptions, SpanOptions } from './span-options.js';

/** The argument of a saga's callback. */
export interface Saga {
  readonly span: Span;
  /**
   * Runs a step in a span `step <name>` and returns its result. A step that fails rejects; if the saga's callback does not catch
   * the error, the saga fails.
   */
  step<T>(name: string, fn: (span: Span) => T | PromiseLike<T>, options?: SagaStepOptions<T> | undefined): Promise<T>;
}

export interface SagaStepOptions<T> extends SpanOptions {
  /** Undoes the step if the saga fails later; gets the step's result. Runs in a span `compensate <name>`. */
  compensate?: ((result: T, span: Span) => unknown) | undefined;
}

/** Runs `fn` in a span of that name as a child of the active one. */
type RunSpan = <T>(name: string, options: SpanOptions, fn: (span: Span) => T) => T;

/**
 * Runs `fn`. If it fails, waits for the running steps, then runs the compensations of all completed steps, the last one first,
 * also after one of them failed, and rejects with the error of `fn`.
 */
export async function runSaga<T>(
  name: string,
  span: Span,
  fn: (saga: Saga) => T | PromiseLike<T>,
  runSpan: RunSpan,
  onOutcome: SagaSpanOptions['onOutcome'],
): Promise<T> {
  const sagaContext = context.active();
  const running = new Set<Promise<unknown>>();
  const done: Array<{ name: string; undo: (span: Span) => unknown }> = [];
  let hasEnded = false;

  const saga: Saga = {
    span,
    async step(given, run, stepOptions) {
      const stepName = nameString(given);
      const { compensate, ...options } = isOptions(stepOptions) ? stepOptions : {};
      if (hasEnded) {
        throw new Error(`[tracing] Saga "${name}" has ended, so its step "${stepName}" was not run. Await every step.`);
      }
      const attempt = runSpan(
        `step ${stepName}`,
        described(options, stepName),
        async (stepSpan) => await run(stepSpan),
      );
      running.add(attempt);
      try {
        const result = await attempt;
        if (compensate !== undefined) done.push({ name: stepName, undo: (undoSpan) => compensate(result, undoSpan) });
        return result;
      } catch (error) {
        span.setAttribute(Attr.cqrsSagaFailedStep, stepName);
        throw error;
      } finally {
        running.delete(attempt);
      }
    },
  };

  const compensate = async (): Promise<SagaOutcome> => {
    // Without anything to undo, nothing was compensated.
    let outcome: SagaOutcome = done.length > 0 ? 'compensated' : 'failed';
    for (const { name: stepName, undo } of done.reverse()) {
      try {
        await context.with(sagaContext, () =>
          runSpan(`compensate ${stepName}`, described({}, stepName), async (undoSpan) => await undo(undoSpan)),
        );
      } catch {
        outcome = 'failed'; // recorded by its own span, too
        span.setAttribute(Attr.cqrsSagaFailedCompensation, stepName);
      }
    }
    return outcome;
  };

  const ended = (outcome: SagaOutcome): void => {
    span.setAttribute(Attr.cqrsSagaOutcome, outcome);
    try {
      onOutcome?.(outcome);
    } catch {
      // A callback that throws must not change how the saga ends.
    }
  };

  try {
    const result = await fn(saga);
    ended('completed');
    return result;
  } catch (error) {
    // Only completed steps can be undone. Running steps may start others, so wait until there is none.
    while (running.size > 0) await Promise.allSettled(running);
    hasEnded = true;
    ended(await compensate());
    throw error;
  } finally {
    hasEnded = true;
  }
}

function isOptions(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function described({ attributes, ...options }: SpanOptions, step: string): SpanOptions {
  const own = { [Attr.cqrsSagaStep]: step };
  return {
    ...options,
    // Read when the span starts: then invalid values cannot throw.
    attributes: () => {
      const more: unknown = typeof attributes === 'function' ? attributes() : attributes;
      return typeof more === 'object' && !Array.isArray(more) ? { ...own, ...more } : own;
    },
  };
}
