import { type Clock, type Log, messageOf, withDeadline } from '@sightline/base';
import { FlushError } from '@sightline/core';
import type { DeadlineOptions, ShutdownOptions } from '@sightline/core/backend';

/** One kind of telemetry, or what must end in order with it. */
export interface Component {
  readonly name: string;
  /** Resolves when what was recorded before has been handed over; rejects with an error that says what was not. */
  flush(options: DeadlineOptions): Promise<void>;
  /** Flushes and frees everything. Called once. */
  shutdown(options: ShutdownOptions): Promise<void>;
}

/** Flushes one component after the other within the deadline. Rejects with a `FlushError` that holds what went wrong. */
export async function flushInOrder(
  components: readonly Component[],
  { timeoutMs }: DeadlineOptions,
  clock: Clock,
): Promise<void> {
  const errors: Error[] = [];
  await eachInTurn(
    components,
    timeoutMs,
    clock,
    'Flushing',
    (component, budgetMs) => component.flush({ timeoutMs: budgetMs }),
    (error) => {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    },
  );
  const [first, ...others] = errors;
  if (first === undefined) return;
  if (others.length === 0 && first instanceof FlushError) throw first;
  throw new FlushError(`[sdk] Not everything was flushed. ${errors.map(({ message }) => message).join(' ')}`, errors);
}

/** Shuts down one component after the other within the deadline. Never rejects: what fails is logged, and the next one has its turn. */
export async function shutDownInOrder(
  components: readonly Component[],
  { timeoutMs, lingerMs }: ShutdownOptions,
  clock: Clock,
  log: Log,
): Promise<void> {
  const shutDown = (component: Component, budgetMs: number) =>
    component.shutdown({ timeoutMs: budgetMs, lingerMs: Math.min(lingerMs, budgetMs) });
  await eachInTurn(components, timeoutMs, clock, 'Shutting down', shutDown, (error, { name }) => {
    const message = messageOf(error);
    log.warn(
      { component: name, err: error },
      message.startsWith('[') ? message : `[sdk] Shutting down ${name}: ${message}`,
    );
  });
}

async function eachInTurn(
  components: readonly Component[],
  timeoutMs: number,
  clock: Clock,
  verb: string,
  run: (component: Component, budgetMs: number) => Promise<void>,
  failed: (error: unknown, component: Component) => void,
): Promise<void> {
  const untilMs = clock.monotonicMs() + timeoutMs;
  // So that a component that hangs leaves the later ones, logs last of all, some time.
  const reservedMs = Math.min(250, timeoutMs / 20);
  for (const [i, component] of components.entries()) {
    const budgetMs = Math.max(1, untilMs - clock.monotonicMs() - reservedMs * (components.length - 1 - i));
    try {
      // Its own deadline comes first: the error of a component says more than the one from here.
      await withDeadline(
        attempt(run, component, budgetMs),
        budgetMs + reservedMs / 2,
        `[sdk] ${verb} ${component.name}`,
        clock,
      );
    } catch (error) {
      failed(error, component);
    }
  }
}

async function attempt(
  run: (component: Component, budgetMs: number) => Promise<void>,
  component: Component,
  budgetMs: number,
): Promise<void> {
  await run(component, budgetMs);
}
