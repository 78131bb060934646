import { describePropagator, type PropagatorFormat } from '@sightline/conformance/propagator';
import { describe, test } from 'vitest';
import { rounds } from '../../../scripts/rounds.js';
import { b3Propagator, baggagePropagator, compositePropagator, w3cPropagator } from '../src/propagation/index.js';

const runner = { describe, test };
const randomMessages = rounds(10_000);
const b3 = b3Propagator();
const b3multi = b3Propagator({ encoding: 'multi' });

describePropagator('w3cPropagator', w3cPropagator, { formats: ['w3c'], randomMessages, runner });
describePropagator('b3Propagator, single', b3, { formats: ['b3-single'], randomMessages, runner });
describePropagator('b3Propagator, multi', b3multi, { formats: ['b3-multi'], randomMessages, runner });
describePropagator('baggagePropagator', baggagePropagator, { formats: ['baggage'], randomMessages, runner });

const alone: ReadonlyArray<[PropagatorFormat, typeof b3]> = [
  ['w3c', w3cPropagator],
  ['b3-single', b3],
  ['b3-multi', b3multi],
  ['baggage', baggagePropagator],
];
for (const [format, propagator] of alone) {
  describePropagator(`compositePropagator of ${format}`, compositePropagator([propagator]), {
    formats: [format],
    randomMessages,
    runner,
  });
}
