import { isMainThread } from 'node:worker_threads';
import { DescriptorDestination } from './descriptor.js';
import type { Destination } from './destination.js';
import { Losses, type LossObserver } from './losses.js';

export type StandardStream = 'stdout' | 'stderr';

/**
 * Standard output or error: its file descriptor, unless the stream or its `write` has been replaced by now, as in pm2's cluster mode,
 * in which no process reads the descriptor. What is replaced later is not looked at again.
 */
export function standardDestination(name: StandardStream, observer: LossObserver): Destination {
  const replaced = replacedStream(name);
  return replaced === undefined
    ? new DescriptorDestination(descriptors[name], observer)
    : new ReplacedStream(replaced, name, observer);
}

/** The stream that replaces the process' own. */
export function replacedStream(name: StandardStream): WritableLike | undefined {
  let stream: (WritableLike & { readonly fd?: number }) | undefined;
  try {
    stream = process[name];
  } catch {
    return undefined; // a descriptor that Node.js cannot make a stream of; it may still be written to
  }
  if (typeof stream?.write !== 'function') return undefined;
  const isItsOwn = stream.write === (stream.constructor as { prototype?: WritableLike } | undefined)?.prototype?.write;
  // The streams of a worker thread have no descriptor.
  const hasDescriptor = stream.fd === descriptors[name] || (!isMainThread && stream.fd === undefined);
  return isItsOwn && hasDescriptor ? undefined : stream;
}

const descriptors = { stdout: 1, stderr: 2 } as const;

type WritableLike = Pick<NodeJS.WritableStream, 'write'> &
  Partial<Pick<NodeJS.EventEmitter, 'once' | 'off' | 'listenerCount'>>;

/** Only the stream knows when a line has arrived; `flush` waits until it calls back. */
class ReplacedStream implements Destination {
  readonly #stream: WritableLike;
  readonly #losses: Losses;
  readonly #own: DescriptorDestination;
  #isWriting = false;
  /** Lines that the stream has not called back for. */
  #pending = 0;
  #mayCallBack = true;
  #whenWritten: Array<() => void> = [];
  readonly #written = (error?: Error | null): void => {
    // Called before the stream emits the error.
    if (error instanceof Error && this.#stream.listenerCount?.('error') === 0) this.#stream.once?.('error', ignore);
    if (--this.#pending > 0) return;
    for (const resolve of this.#whenWritten.splice(0)) resolve();
  };

  constructor(stream: WritableLike, name: StandardStream, observer: LossObserver) {
    this.#stream = stream;
    this.#own = new DescriptorDestination(descriptors[name], observer);
    this.#losses = new Losses(name === 'stdout' ? 'standard output' : 'standard error', observer);
  }

  write(lines: string): void {
    // What was put in its place may log what it gets.
    if (this.#isWriting) return this.#own.write(lines);
    this.#isWriting = true;
    try {
      // Its errors end no process, as for lines of the console.
      this.#stream.once?.('error', ignore);
      this.#pending++;
      this.#stream.write(lines, 'utf8', this.#written);
    } catch (error) {
      this.#pending--;
      return this.#losses.add(lines.split('\n').length - 1, error);
    } finally {
      this.#stream.off?.('error', ignore);
      this.#isWriting = false;
    }
    this.#losses.recovered();
  }

  flush(callback?: (error?: Error) => void): void {
    const done = (): void =>
      callback?.(this.#losses.isLosing ? new Error(`[logger] ${this.#losses.total} lines were lost.`) : undefined);
    if (this.#pending <= 0 || !this.#mayCallBack) return done();
    // A replacement need not care for callbacks.
    const timer = setTimeout(() => {
      this.#mayCallBack = false;
      for (const resolve of this.#whenWritten.splice(0)) resolve();
    }, patienceMs);
    this.#whenWritten.push(() => {
      clearTimeout(timer);
      done();
    });
  }

  flushSync(): void {}
}

const patienceMs = 500;

function ignore(): void {}
