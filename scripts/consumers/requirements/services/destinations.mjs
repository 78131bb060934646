// A service with a destination for each purpose, and one that writes only to the file of LOG_FILE.
import { createLogger } from '@sightline/logger';

const called = [];
const log =
  process.env.LOG_FILE === undefined
    ? createLogger({
        name: 'ops',
        destination: [
          { to: 'stdout', level: 'info' },
          { file: process.env.DEBUG_FILE, level: 'debug' },
          { alert: process.env.WEBHOOK },
          { alert: (line) => called.push(JSON.parse(line).msg) },
        ],
      })
    : createLogger({ name: 'ops' });
for (const level of ['debug', 'info', 'warning', 'error', 'critical']) log[level](`at ${level}`);
await log.shutdown();
console.log(JSON.stringify({ called }));
