export { errorType, recordFailure } from './spans/record-failure.js';
export { runInSpan } from './spans/run-in-span.js';
