import { context } from '@opentelemetry/api';
import { startTracing } from '../../src/sdk/index.js';
import { ContextManager } from '../../src/tracer/index.js';
import { tracerProviderContract } from '../tracer/provider-contract.js';

context.setGlobalContextManager(new ContextManager());

const log = { info() {}, warn() {}, error() {} };

tracerProviderContract('the provider of the engine "opentelemetry"', {
  create({ sampler, processors, limits }) {
    const { provider } = startTracing({
      engine: 'opentelemetry',
      exporter: 'none',
      serviceName: 'shop',
      sampler,
      spanProcessors: processors,
      ...limits,
      attributeValueLengthLimit: 20,
      isGlobal: false,
      drainsAtExit: false,
      env: {},
      log,
    });
    return provider;
  },
  deviations: {
    'of all forms become an event':
      'what has neither name, code nor message becomes an event, too: a span never fails without a word',
    'a processor that ends the span in onEnding does not end it twice': 'the SDK ends in an endless recursion',
  },
});
