import { join } from 'node:path';
import { isatty } from 'node:tty';
import type { Destination } from './destination.js';

/** Puts pino-pretty before a destination. @returns `undefined` if it is not installed */
export function prettyDestination(target: Destination): Destination | undefined {
  const pretty = loaded();
  if (pretty === undefined) return undefined;
  const format = pretty({ colorize: isatty(1), translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname' });
  return {
    write(line) {
      let text: string | undefined;
      try {
        text = format(line);
      } catch {
        // A line that cannot be made pretty is shown as it is.
      }
      target.write(text ?? line);
    },
    flush: (callback) => (target.flush === undefined ? callback?.() : target.flush(callback)),
    flushSync: () => target.flushSync?.(),
    shutdown: async () => target.shutdown?.(),
  };
}

interface PinoPretty {
  prettyFactory(options: Readonly<Record<string, unknown>>): (line: string) => string | undefined;
}

/** Required and not imported, since the first line must not wait. Services have it among their own dependencies. */
function loaded(): PinoPretty['prettyFactory'] | undefined {
  // Not imported: bundlers would read it as theirs, and the banners that they are given declare a `createRequire` of their own.
  const { createRequire } = process.getBuiltinModule('node:module');
  for (const from of [() => join(process.cwd(), 'service.js'), () => process.argv[1]]) {
    try {
      const { prettyFactory } = createRequire(from() ?? '')('pino-pretty') as PinoPretty;
      return prettyFactory;
    } catch {
      // Not installed there, or there is no such folder any more.
    }
  }
  return undefined;
}
