import { haveTheSameSpans } from './instrumentations/same-spans.js';

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
