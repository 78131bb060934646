export { replaceStream } from './pino-internals.js';
