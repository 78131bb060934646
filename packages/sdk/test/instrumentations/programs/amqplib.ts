import { trace } from '@opentelemetry/api';
import { connect } from 'amqplib';
import { program } from './program.js';

program(async () => {
  const connection = await connect(process.env['SERVER_URL'] ?? '');
  const channel = await connection.createConfirmChannel();
  await channel.assertExchange('shop', 'topic', { durable: false });
  await channel.assertQueue('orders', { durable: false });
  await channel.bindQueue('orders', 'shop', 'order.*');
  const taken = new Promise<void>((resolve) => {
    let count = 0;
    void channel.consume('orders', (message) => {
      if (message === null) return;
      trace.getTracer('shop').startActiveSpan('handle', (span) => span.end());
      if (++count === 2) channel.nack(message, false, false);
      else channel.ack(message);
      if (count === 3) resolve();
    });
  });
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    for (const key of ['order.placed', 'order.refused', 'order.paid']) {
      await new Promise<void>((resolve, reject) => {
        channel.publish('shop', key, Buffer.from('{}'), { messageId: key }, (error) =>
          error ? reject(error) : resolve(),
        );
      });
    }
    span.end();
  });
  await taken;
  await channel.close();
  await connection.close();
});
