import { vi } from 'vitest';
import { haveTheSameSpans } from './instrumentations/same-spans.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // processes take as long to start as the machine lets them

haveTheSameSpans([
  { program: 'http', instrumentations: ['@opentelemetry/instrumentation-http'], spans: 26 },
  {
    program: 'express',
    instrumentations: ['@opentelemetry/instrumentation-http', '@opentelemetry/instrumentation-express'],
    spans: 23,
  },
  { program: 'undici', instrumentations: ['@opentelemetry/instrumentation-undici'], spans: 5 },
  { program: 'graphql', instrumentations: ['@opentelemetry/instrumentation-graphql'], spans: 24 },
  { program: 'grpc', instrumentations: ['@opentelemetry/instrumentation-grpc'], spans: 10 },
]);
