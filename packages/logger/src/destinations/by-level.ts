import { metadata } from '../pino-internals.js';
import type { Destination } from './destination.js';
import { severalDestinations } from './several.js';

export interface LevelledDestination {
  readonly destination: Destination;
  /** Least level of its lines, as a number. */
  readonly level: number;
}

/** Gives each line to the destinations whose level it reaches. The logger sets the level before it writes, as pino does. */
export function byLevel(all: readonly LevelledDestination[]): Destination {
  const { write: _toAll, ...others } = severalDestinations(all.map(({ destination }) => destination));
  return {
    ...others,
    lastLevel: Number.POSITIVE_INFINITY,
    [metadata]: true,
    write(line: string): void {
      for (const { destination, level } of all) {
        if (this.lastLevel < level) continue;
        try {
          destination.write(line);
        } catch {
          // The others still get theirs; our own destinations count what they lose.
        }
      }
    },
  } as Destination & { lastLevel: number };
}
