// The collector's idea in one file of plain CommonJS: received messages, errors and reconnects of a WebSocket feed, which go
// wherever METRICS_BACKEND says. Run it with `npm run start:cjs`.

const { createObservability } = require('@sightline/sdk');
const { WebSocket } = require('ws');

const obs = createObservability({
  serviceName: 'ws-collector-cjs',
  defaults: { backend: 'log' },
  logSnapshot: {
    keys: { messages_received_total: 'received', errors_total: 'errors', reconnects_total: 'reconnects' },
  },
});
const received = obs.metrics.counter('messages_received_total', {
  help: 'Messages received from the exchange.',
  labelNames: ['channel', 'symbol'],
});
const errors = obs.metrics.counter('errors_total', {
  help: 'Errors by type.',
  labelNames: ['error_type'],
  labelValues: { error_type: ['parse_error', 'api_error'] },
});
const reconnects = obs.metrics.counter('reconnects_total', { help: 'Connections made anew after one was lost.' });

const subscriptions = [
  { channel: 'ticker', symbol: 'BTC_JPY' },
  { channel: 'trades', symbol: 'BTC_JPY' },
];

let hasBeenOpen = false;
let retryMs = 500;

function collect(url) {
  const socket = new WebSocket(url);
  socket.on('open', () => {
    if (hasBeenOpen) reconnects.inc();
    hasBeenOpen = true;
    for (const subscription of subscriptions) socket.send(JSON.stringify({ command: 'subscribe', ...subscription }));
  });
  socket.on('message', (data) => {
    retryMs = 500;
    try {
      const { channel, symbol } = JSON.parse(data.toString());
      // Only subscribed symbols and channels may become label values.
      const isAsked = subscriptions.some((each) => each.channel === channel && each.symbol === symbol);
      if (isAsked) received.inc({ channel, symbol });
      else errors.inc({ error_type: 'parse_error' });
    } catch {
      errors.inc({ error_type: 'parse_error' });
    }
  });
  socket.on('error', () => errors.inc({ error_type: 'api_error' }));
  socket.on('close', () => {
    setTimeout(() => collect(url), retryMs);
    retryMs = Math.min(retryMs * 2, 30_000);
  });
}

async function main() {
  await obs.ready;
  if (obs.address !== undefined) console.error(`Page: ${obs.address.url}/metrics`);
  const { startSimulatedExchange } = await import('./dist/simulated-exchange.js');
  collect(process.env.EXCHANGE_WS_URL ?? (await startSimulatedExchange()).url);
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
