import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeBackend, type ReceivedPoint } from '@sightline/conformance/backend';
import { describe, test } from 'vitest';
import { rounds } from '../../../../scripts/rounds.js';
import { prometheusBackend } from '../src/index.js';
import { type ParsedFamily, parseExposition } from './parse-exposition.js';
import { profiles } from './profile.js';

const host = '127.0.0.1';

for (const profile of profiles) {
  describeBackend({
    ...profile,
    randomPrograms: rounds(1000),
    runner: { describe, test },

    create: () => ({ backend: prometheusBackend({ listen: true, port: 0, host }) }),

    async createUnstartable() {
      const other = createServer().listen(0, host);
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      return {
        backend: prometheusBackend({ listen: true, port, host }),
        shutdown: async () => {
          other.close();
          await once(other, 'close');
        },
      };
    },

    async received({ backend }) {
      const response = await fetch(backend.address?.url ?? '');
      return [parseExposition(await response.text(), 'text').flatMap(pointsOf)];
    },
  });
}

/** The points of a family on the page: what a histogram's lines say is one point, its buckets not cumulated. */
function pointsOf({ name, type, samples }: ParsedFamily): ReceivedPoint[] {
  const points = new Map<string, Draft>();
  for (const sample of samples) {
    const labels = Object.fromEntries([...sample.labels].filter(([label]) => type !== 'histogram' || label !== 'le'));
    const key = JSON.stringify(labels);
    const point: Draft = points.get(key) ?? { name, labels };
    points.set(key, point);
    if (type === 'counter' || type === 'gauge') point.kind = type;
    if (type !== 'histogram') point.value = sample.value;
    else if (sample.name === `${name}_sum`) point.sum = sample.value;
    else if (sample.name === `${name}_count`) point.count = sample.value;
    else {
      const below = point.bucketCounts?.reduce((total, count) => total + count, 0) ?? 0;
      point.bucketCounts = [...(point.bucketCounts ?? []), sample.value - below];
      const le = sample.labels.get('le');
      if (le !== '+Inf') point.bounds = [...(point.bounds ?? []), Number(le)];
    }
  }
  return [...points.values()];
}

type Draft = { -readonly [K in keyof ReceivedPoint]: ReceivedPoint[K] };
