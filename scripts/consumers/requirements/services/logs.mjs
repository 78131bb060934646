// A service that logs: levels, contexts, errors, secrets, a slow query, a message. LOG_LAYOUT and LOG_LEVEL choose how.
import { setTimeout } from 'node:timers/promises';
import { runWithContext } from '@sightline/context';
import { queryObserver } from '@sightline/database';
import { createObservability } from '@sightline/sdk';
import { MessagePropagator } from '@sightline/tracing/messages';

const obs = createObservability({
  serviceName: 'ws-collector',
  tracing: { exporter: 'none' },
  logger: { name: 'collector.ws', context: { region: 'tokyo' } },
  defaults: { backend: 'none' },
});
const { logger } = obs;

for (const level of ['debug', 'info', 'warning', 'error', 'critical']) logger[level]({ asked: level }, 'a level');

class TimeoutError extends Error {
  name = 'TimeoutError';
}
const cause = new Error('connection reset', { cause: 'cable' });
await runWithContext({ request_id: 'r-17', user_id: 'u-4', run_id: 'j-1', correlation_id: 'c-4' }, () =>
  obs.spans.span('publish', async (span) => {
    await setTimeout(1); // what is asynchronous keeps its context
    const err = new TimeoutError('late', { cause });
    logger.error({ err, stream: 'md:ticker', duration_ms: 12 }, 'publish failed');
    const { traceId, spanId } = span.spanContext();
    console.log(JSON.stringify({ traceId, spanId }));
  }),
);
runWithContext({ request_id: 'r-18' }, () => logger.info('made a correlation id'));
logger.info({ performance: true }, 'asked for performance');
logger.info(
  { password: 'hunter2', headers: { authorization: 'Bearer abcdef' } },
  'login with card 4111 1111 1111 1111',
);
logger.child({ child: 1 }).info('from a child');

const messages = new MessagePropagator({ source: 'orders' });
const sent = runWithContext({ correlation_id: 'c-9', user_id: 'u-9' }, () =>
  obs.spans.span('send', () => messages.encode({ type: 'command', name: 'PlaceOrder' })),
);
messages.handle(sent, () => logger.info('in a message'));

const queries = queryObserver(obs, { system: 'postgresql' });
await queries.observe({ sql: "SELECT id FROM orders WHERE name = 'tea'" }, () => setTimeout(120));
await queries.observe({ sql: 'SELECT id FROM customers' }, () => 'at once');

if (process.env.ENDS === 'uncaught') throw new RangeError('no handler for this');
await obs.shutdown();
