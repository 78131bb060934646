import { trace } from '@opentelemetry/api';
import { Redis } from 'ioredis';
import { program } from './program.js';

program(async () => {
  const redis = new Redis(process.env['SERVER_URL'] ?? '', { lazyConnect: true });
  await trace.getTracer('shop').startActiveSpan('work', async (span) => {
    await redis.connect();
    await redis.set('order:17', 'open', 'EX', 60);
    await redis.get('order:17');
    await redis.pipeline().incr('orders').hset('order:18', { item: 'book', state: 'open' }).exec();
    await redis.incr('order:17').catch(() => {});
    span.end();
  });
  await redis.quit();
});
