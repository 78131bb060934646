// The tests of spans once more, over the provider of OpenTelemetry's SDK: a service that has one keeps it.

import { runOnTheSdk } from '../fixtures/recorded-spans.js';

runOnTheSdk();
await import('./attributes.test.js');
await import('./presets.test.js');
await import('./record-failure.test.js');
await import('./run-in-span.test.js');
await import('./saga.test.js');
await import('./traced.alone.test.js');
