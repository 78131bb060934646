import { type Clock, type Log, messageOf, withDeadline } from '@sightline/base';
import { FlushError } from '@sightline/core';
import type { DeadlineOptions, ShutdownOptions } from '@sightline/core/backend';

/** One kind of telemetry, or what must end in order with it. */
export interface Part {
  readonly name: string;
  /** Resolves when what was recorded before has been handed over; rejects with an error that says what was not. */
  flush(options: DeadlineOptions): Promise<void>;
  /** Flushes and frees everything. Called once. */
  shutdown(options: ShutdownOptions): Promise<void>;
}

/** Flushes one part after the other within the deadline. Rejects with a `FlushError` that holds what went wrong. */
export async function flushParts(parts: readonly Part[], { timeoutMs }: DeadlineOptions, clock: Clock): Promise<void> {
  const errors: Error[] = [];
  await eachInTurn(
    parts,
    timeoutMs,
    clock,
    'Flushing',
    (part, partMs) => part.flush({ timeoutMs: partMs }),
    (error) => {
      errors.push(error instanceof Error ? error : new Error(String(error)));
    },
  );
  const [first, ...others] = errors;
  if (first === undefined) return;
  if (others.length === 0 && first instanceof FlushError) throw first;
  throw new FlushError(`[sdk] Not everything was flushed. ${errors.map(({ message }) => message).join(' ')}`, errors);
}

/** Stops one part after the other within the deadline. Never rejects: what fails is logged, and the next one has its turn. */
export async function shutDownParts(
  parts: readonly Part[],
  { timeoutMs, lingerMs }: ShutdownOptions,
  clock: Clock,
  log: Log,
): Promise<void> {
  const stop = (part: Part, partMs: number) =>
    part.shutdown({ timeoutMs: partMs, lingerMs: Math.min(lingerMs, partMs) });
  await eachInTurn(parts, timeoutMs, clock, 'Shutting down', stop, (error, { name }) => {
    const message = messageOf(error);
    log.warn({ part: name, err: error }, message.startsWith('[') ? message : `[sdk] Shutting down ${name}: ${message}`);
  });
}

async function eachInTurn(
  parts: readonly Part[],
  timeoutMs: number,
  clock: Clock,
  verb: string,
  run: (part: Part, partMs: number) => Promise<void>,
  failed: (error: unknown, part: Part) => void,
): Promise<void> {
  const untilMs = clock.monotonicMs() + timeoutMs;
  // So that a part that hangs leaves the later ones, logs last of all, some time.
  const reservedMs = Math.min(250, timeoutMs / 20);
  for (const [i, part] of parts.entries()) {
    const partMs = Math.max(1, untilMs - clock.monotonicMs() - reservedMs * (parts.length - 1 - i));
    try {
      // Its own deadline comes first: the error of a part says more than the one from here.
      await withDeadline(attempt(run, part, partMs), partMs + reservedMs / 2, `[sdk] ${verb} ${part.name}`, clock);
    } catch (error) {
      failed(error, part);
    }
  }
}

async function attempt(run: (part: Part, partMs: number) => Promise<void>, part: Part, partMs: number): Promise<void> {
  await run(part, partMs);
}
