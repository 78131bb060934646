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
    'as name, version or schema of a tracer make no call throw': 'the SDK throws for a symbol',
    'as the context of startActiveSpan do not keep the function from running': 'the SDK throws',
    'of all forms become an event':
      'what has neither name, code nor message becomes an event, too: a span never fails without a word',
    'a processor that ends the span in onEnding does not end it twice': 'the SDK ends in an endless recursion',
  },
});
