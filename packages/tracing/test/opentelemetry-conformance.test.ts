import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import { B3InjectEncoding, B3Propagator } from '@opentelemetry/propagator-b3';
import { describePropagator } from '@sightline/testing/propagator-conformance';
import { describe, test } from 'vitest';

const runner = { describe, test };
describePropagator('W3CTraceContextPropagator', new W3CTraceContextPropagator(), { formats: ['w3c'], runner });
describePropagator('B3Propagator, single', new B3Propagator(), { formats: ['b3-single'], runner });
describePropagator('B3Propagator, multi', new B3Propagator({ injectEncoding: B3InjectEncoding.MULTI_HEADER }), { formats: ['b3-multi'], runner });
describePropagator('W3CBaggagePropagator', new W3CBaggagePropagator(), { formats: ['baggage'], runner });
