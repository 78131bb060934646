import { trace } from '@opentelemetry/api';
import { Kafka, logLevel } from 'kafkajs';
import { program } from './program.js';

const tracer = trace.getTracer('shop');

program(async () => {
  const brokers = [process.env['SERVER_URL'] ?? ''];
  const kafka = new Kafka({ brokers, clientId: 'shop', logLevel: logLevel.NOTHING, retry: { retries: 0 } });
  const producer = kafka.producer({ allowAutoTopicCreation: false });
  await producer.connect();
  await tracer.startActiveSpan('work', async (span) => {
    await producer.send({ topic: 'orders', messages: [{ key: '17', value: 'a' }, { value: 'b' }] });
    await producer.sendBatch({
      topicMessages: [
        { topic: 'orders', messages: [{ value: 'c' }] },
        { topic: 'stock', messages: [{ key: 'k', value: null }, { value: 'd' }] },
      ],
    });
    span.end();
  });
  await producer.disconnect();
  await producer.send({ topic: 'orders', messages: [{ value: 'nowhere' }] }).catch(() => {});

  const [orders, stock] = [kafka.consumer({ groupId: 'orders' }), kafka.consumer({ groupId: 'stock' })];
  await Promise.all([orders.connect(), stock.connect()]);
  await orders.subscribe({ topic: 'orders', fromBeginning: true });
  await stock.subscribe({ topic: 'stock', fromBeginning: true });
  const byOne = new Promise<void>((resolve) => {
    void orders.run({
      eachMessage: async ({ message }) => {
        tracer.startActiveSpan(`handle ${message.value}`, (span) => span.end());
        if (message.value?.toString() === 'c') resolve();
      },
    });
  });
  const byBatch = new Promise<void>((resolve) => {
    void stock.run({
      eachBatch: async ({ batch, resolveOffset }) => {
        tracer.startActiveSpan('handle a batch', (span) => span.end());
        for (const { offset } of batch.messages) resolveOffset(offset);
        resolve();
      },
    });
  });
  await Promise.all([byOne, byBatch]);
  await Promise.all([orders.disconnect(), stock.disconnect()]);
});
