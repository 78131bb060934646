export * from './logs.js';
export * from './metrics.js';
export * from './observability.js';
