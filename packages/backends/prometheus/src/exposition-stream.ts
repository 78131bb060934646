import { Readable } from 'node:stream';
import type { FamilySnapshot } from '@sightline/core/backend';
import type { ExpositionOptions } from './exposition-options.js';
import { expositionChunks } from './render-exposition.js';
import { slicedChunks } from './sliced-chunks.js';

/** The exposition as a stream. It renders on demand and buffers at most 64 kB. */
export function expositionStream(
  families: readonly FamilySnapshot[],
  options: ExpositionOptions & { readonly monotonicMs: () => number },
): Readable {
  const chunks = slicedChunks(expositionChunks(families, options), options.monotonicMs);
  return Readable.from(chunks, { objectMode: false, highWaterMark: 65_536 });
}
