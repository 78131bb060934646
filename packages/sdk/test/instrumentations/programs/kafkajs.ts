import { trace } from '@opentelemetry/api';
import { Kafka, logLevel } from 'kafkajs';
import { program } from './program.js';

// There is no broker of Debian's: what is sent fails, which is a span with an error as any. Consumers start no span without one.
program(async () => {
  const kafka = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const producer = kafka.producer();
  const transaction = () => kafka.producer({ transactionalId: 'shop', maxInFlightRequests: 1 }).transaction();
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    await producer
      .send({
        topic: 'orders',
        messages: [
          { key: '17', value: 'a' },
          { value: 'b', partition: 3 },
        ],
      })
      .catch(() => {});
    await producer
      .sendBatch({
        topicMessages: [
          { topic: 'orders', messages: [{ value: 'c' }] },
          { topic: 'stock', messages: [{ value: null }] },
        ],
      })
      .catch(() => {});
    await transaction().catch(() => {});
    span.end();
  });
});
