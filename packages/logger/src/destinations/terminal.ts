import { lineText, type ShownError } from '../layouts/text-layout.js';
import type { Destination } from './destination.js';

/** Makes lines of pino's layout readable on a terminal, also those of the metrics; where pino-pretty is not installed. */
export function terminalDestination(target: Destination, columns: () => number): Destination {
  return {
    write(line) {
      target.write(readable(line, columns()) ?? line);
    },
    flush: (callback) => (target.flush === undefined ? callback?.() : target.flush(callback)),
    flushSync: () => target.flushSync?.(),
    shutdown: async () => target.shutdown?.(),
  };
}

/** @returns `undefined` for what is no line of pino's */
function readable(line: string, columns: number): string | undefined {
  try {
    const { level, time, pid: _pid, hostname: _hostname, name, msg, err, ...members } = JSON.parse(line);
    if (typeof level !== 'number' || typeof time !== 'number') return undefined;
    const isError = typeof err === 'object' && err !== null;
    const shown = isError || err === undefined ? members : { ...members, err };
    return lineText(
      {
        timeMs: time,
        level,
        logger: name === undefined ? '' : String(name),
        message: msg === undefined ? '' : String(msg),
        members: shown,
        error: isError ? (err as ShownError) : undefined,
      },
      'metadata',
      columns,
    );
  } catch {
    return undefined;
  }
}
