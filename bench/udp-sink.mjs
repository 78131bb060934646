// Takes datagrams and forgets them, until its parent is gone.

import { createSocket } from 'node:dgram';

const server = createSocket('udp4');
server.on('message', () => {});
server.bind(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit());
