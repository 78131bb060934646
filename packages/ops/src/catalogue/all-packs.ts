import type { CatalogueMetric } from '../model/catalogue.js';
import { type PackName as OwnPackName, packs as ownPacks } from './packs.js';
import { queuePack } from './queue-pack.js';

/** A set of metrics that a service has without declaring them itself. */
export type PackName = OwnPackName | 'queue';

export const allPacks: Readonly<Record<PackName, readonly CatalogueMetric[]>> = { ...ownPacks, queue: queuePack };

export const packNames = Object.keys(allPacks) as readonly PackName[];
