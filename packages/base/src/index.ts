export { type Clock, systemClock, type Timer } from './clock.js';
export { consoleLog } from './console-log.js';
export { withDeadline } from './deadline.js';
export { DeadlineError, DeclarationError, FlushError, RecordingError } from './errors.js';
export type { Log } from './log.js';
export { nearestName } from './nearest-name.js';
export { callThen, type SubscriptionScope, type WhenDone, whenSettled } from './when-settled.js';
