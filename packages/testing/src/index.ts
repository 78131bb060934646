export * from './logs.js';
export * from './metrics.js';
