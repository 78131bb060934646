export type { CommandBus, CommandTypes } from './command-bus.js';
export { createCommandBus } from './command-bus.js';
export type { EventBus } from './event-bus.js';
export { createEventBus } from './event-bus.js';
export type { TracedCommandBusOptions } from './traced-command-bus.js';
export { tracedCommandBus } from './traced-command-bus.js';
export type { TracedEventBusOptions } from './traced-event-bus.js';
export { tracedEventBus } from './traced-event-bus.js';
