import type { HistogramValue } from './instruments.js';

/** Records nothing, but still runs given functions: an instrument of every kind, with and without labels. */
export function noopInstrument(name: string): NoopInstrument {
  const instrument: NoopInstrument = {
    name,
    inc() {},
    dec() {},
    set() {},
    setToCurrentTime() {},
    observe() {},
    startTimer: () => () => 0,
    time: (...args) => call(args),
    startTracking: () => () => {},
    track: (...args) => call(args),
    labels: () => instrument,
    value: () => undefined,
    remove() {},
    clear() {},
  };
  return instrument;
}

export interface NoopInstrument {
  readonly name: string;
  inc(): void;
  dec(): void;
  set(): void;
  setToCurrentTime(): void;
  observe(): void;
  startTimer(): () => number;
  time<T>(...args: readonly unknown[]): T;
  startTracking(): () => void;
  track<T>(...args: readonly unknown[]): T;
  labels(): NoopInstrument;
  value(): (number & HistogramValue) | undefined;
  remove(): void;
  clear(): void;
}

/** The function is the last argument, with or without labels before it. */
function call<T>(args: readonly unknown[]): T {
  const fn = args.at(-1);
  return (typeof fn === 'function' ? fn() : undefined) as T;
}
