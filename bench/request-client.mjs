// A client in a process of its own, so that its work is not that of the measured process: writes requests and counts the bytes
// of the answers. Each request continues a sampled trace.

import { connect } from 'node:net';

const [, , port] = process.argv;
const socket = connect(Number(port), '127.0.0.1');
socket.setNoDelay(true);
process.once('disconnect', () => process.exit()); // the open connection would keep it for ever
socket.once('close', () => process.exit(1));

const head = 'GET /items/7 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: */*\r\n';
const request = `${head}traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n`;

let received = 0;
let awaited = Number.POSITIVE_INFINITY;
let done = () => {};
socket.on('data', ({ length }) => {
  received += length;
  if (received >= awaited) done();
});

function send(/** @type {string} */ text, /** @type {number} */ bytes) {
  return new Promise((resolve) => {
    received = 0;
    awaited = bytes;
    let isAnswered = false;
    done = () => {
      isAnswered = true;
      resolve(undefined);
    };
    socket.write(text);
    // Polls instead of sleeping: waking it would take 10 us of the server's CPU for each response, and most often for a server
    // that is slower than this client.
    const poll = () => {
      if (!isAnswered) setImmediate(poll);
    };
    poll();
  });
}

let responseBytes = 0; // the same for all: dates and ids have one length
process.on('message', async (/** @type {{ requests: number, pipelined: number }} */ { requests, pipelined }) => {
  if (responseBytes === 0) {
    await send(request, 1);
    responseBytes = received;
  }
  const batch = request.repeat(pipelined);
  for (let i = 0; i < requests; i += pipelined) await send(batch, responseBytes * pipelined);
  process.send?.('answered');
});
