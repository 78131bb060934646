// The collector's counters and its histogram, made by prom-client, as in existing dashboards.
import { Counter, Histogram, Registry } from 'prom-client';

const registry = new Registry();
const registers = [registry];
const received = new Counter({
  name: 'collector_messages_received_total',
  help: 'Messages received.',
  labelNames: ['channel', 'symbol'],
  registers,
});
const latency = new Histogram({
  name: 'collector_publish_latency_seconds',
  help: 'Time to publish.',
  labelNames: ['stream', 'symbol'],
  buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
  registers,
});
received.inc({ channel: 'ticker', symbol: 'BTC_JPY' }, 150);
for (let i = 1; i <= 100; i++) latency.observe({ stream: 'md:ticker', symbol: 'BTC_JPY' }, i / 1000);
console.log(JSON.stringify({ page: await registry.metrics() }));
