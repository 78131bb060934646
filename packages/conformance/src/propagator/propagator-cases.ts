import { b3Vectors } from './b3-vectors.js';
import { baggageCase, baggageVectors } from './baggage-vectors.js';
import { behaviourCases } from './behaviour-cases.js';
import type { PropagatorCaseGroup } from './propagator-case.js';
import { randomHeaderCases } from './random-header-cases.js';
import { b3Case, w3cCase } from './trace-vectors.js';
import { traceparentVectors, tracestateVectors } from './w3c-vectors.js';

/** What every propagator must do, each case for the formats it names. */
export const propagatorCases: readonly PropagatorCaseGroup[] = [
  {
    title: 'traceparent',
    cases: traceparentVectors.map((vector) => w3cCase(vector, 'W3C Trace Context level 2, "Traceparent Header".')),
  },
  {
    title: 'tracestate',
    cases: tracestateVectors.map((vector) =>
      w3cCase(vector, 'W3C Trace Context level 2, "Tracestate Header", as strictly as its test suite.'),
    ),
  },
  { title: 'B3', cases: b3Vectors.map((vector) => b3Case(vector, 'openzipkin/b3-propagation, "Http Encodings".')) },
  {
    title: 'baggage',
    cases: baggageVectors.map((vector) => baggageCase(vector, 'W3C Baggage, "Baggage HTTP Header Format".')),
  },
  { title: 'Any message', cases: behaviourCases },
  { title: 'Random messages', cases: randomHeaderCases },
];
