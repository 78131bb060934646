export { type Clock, systemClock, type Timer } from './clock.js';
export { consoleLog } from './console-log.js';
export { withDeadline } from './deadline.js';
export { DeadlineError, DeclarationError, FlushError, RecordingError } from './errors.js';
export type { DeliveredMessage, EndSignal, LiveMessage, PublishedMessage, SubscribeOptions } from './live-message.js';
export type { Log } from './log.js';
export { isLoopback } from './loopback.js';
export {
  connectMessageFeed,
  executeReported,
  type MessageFeed,
  type MessagePhase,
  type MessageTopic,
  messageFeedOf,
} from './message-feed.js';
export { didYouMean, editDistance, nearestName } from './nearest-name.js';
export { type OutageLog, type OutageLogOptions, outageLog } from './outage-log.js';
export { safeLog } from './safe-log.js';
export { suppressedTracingKey } from './suppressed-tracing.js';
export { leaveUnobserved, observedRequestKey } from './unobserved-request.js';
export { unrefClock } from './unref-clock.js';
export { hasNamedMembers, isObject, isObjectOrFunction, isRecord, isThenable } from './value-kinds.js';
export { errorText, messageOf, valueText } from './value-text.js';
export { callThen, type SubscriptionScope, type WhenDone, whenSettled } from './when-settled.js';
