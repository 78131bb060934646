// A collector in a process of its own that takes whatever it gets and forgets it, until its parent is gone.

import { createServer } from 'node:http';

const server = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
server.keepAliveTimeout = 0; // the connection rests while the other peers have their rounds
server.listen(0, '127.0.0.1', () => {
  process.send?.(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
});
process.once('disconnect', () => process.exit());
