export * from './client.js';
export * from './node.js';
