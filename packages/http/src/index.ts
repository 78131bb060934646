export * from './client.js';
export { httpLabelValues } from './label-values.js';
export * from './node.js';
