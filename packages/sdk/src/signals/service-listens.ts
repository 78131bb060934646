/**
 * Whether anything but `ours` listens to the signal and so decides when the process ends. Listeners of `signal-exit`, which
 * many packages bring along, do not count: they raise the signal again only when they are alone.
 */
export function serviceListens(signal: NodeJS.Signals, ours: (signal: NodeJS.Signals) => void): boolean {
  const others = process.listeners(signal).filter((listener) => listener !== ours).length;
  return others > signalExitListeners();
}

/** One listener a signal for each loaded copy: version 4 counts them on the global object, version 3 and older on `process`. */
function signalExitListeners(): number {
  const counters: unknown[] = [
    Reflect.get(globalThis, Symbol.for('signal-exit emitter')),
    Reflect.get(process, '__signal_exit_emitter__'),
  ];
  let listeners = 0;
  for (const counter of counters) {
    const count: unknown = typeof counter === 'object' && counter !== null ? Reflect.get(counter, 'count') : 0;
    if (typeof count === 'number') listeners += count;
  }
  return listeners;
}
