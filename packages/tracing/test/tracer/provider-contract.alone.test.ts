import { context } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { TracerProvider as OfficialProvider } from '@opentelemetry/sdk-trace';
import { alwaysOn, parentBased } from '../../src/index.js';
import { ContextManager, spanResource, TracerProvider } from '../../src/tracer/index.js';
import { tracerProviderContract } from './provider-contract.js';

context.setGlobalContextManager(new ContextManager());

tracerProviderContract('our provider', {
  create: ({ sampler, processors, limits }) =>
    new TracerProvider({
      sampler,
      processors,
      limits,
      maxValueLength: 20,
      resource: spanResource({ 'service.name': 'shop' }),
    }),
});

tracerProviderContract('the provider of OpenTelemetry’s SDK', {
  create: ({ sampler = parentBased(alwaysOn), processors, limits }) =>
    new OfficialProvider({
      sampler,
      spanProcessors: [...processors] as never,
      spanLimits: { ...limits, attributeValueLengthLimit: 20 },
      resource: resourceFromAttributes({ 'service.name': 'shop' }),
    }),
  deviations: {
    'a sampler that throws does not throw into the service': 'the error reaches the code that starts the span',
    'a processor that ends the span in onEnding does not end it twice': 'it ends in an endless recursion',
    'that throw harm neither the service nor other processors':
      'the error reaches the service, and others are left out',
    'that throw in shutdown make shutdown reject, not throw': 'shutdown throws',
    'as name, version or schema of a tracer make no call throw': 'a symbol throws',
    'as the context of startActiveSpan do not keep the function from running': 'it throws',
    'such as a getter that ends the span leave it as it ended': 'an event or a status is added to the ended span',
    'make no call throw': 'null as options and other values throw',
  },
});
