// A service without our code: its installed instrumentations observe it.
import { createServer, get } from 'node:http';

const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1', () => {
  get({ host: '127.0.0.1', port: server.address().port, path: '/x' }, (response) =>
    response.resume().on('end', () => server.close()),
  );
});
