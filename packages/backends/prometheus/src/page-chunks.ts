import { Readable } from 'node:stream';
import type { FamilySnapshot } from '@sightline/core/backend';
import type { PageOptions } from './page-options.js';
import { pagePieces } from './render-page.js';
import { slicedPieces } from './sliced-pieces.js';

/** The page as a stream that renders what is taken from it and keeps no more than 64 kB ready. */
export function pageChunks(
  families: readonly FamilySnapshot[],
  options: PageOptions & { readonly monotonicMs: () => number },
): Readable {
  const chunks = slicedPieces(pagePieces(families, options), options.monotonicMs);
  return Readable.from(chunks, { objectMode: false, highWaterMark: 65_536 });
}
