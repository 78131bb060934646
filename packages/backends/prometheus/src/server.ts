// What a composition root serves several things with, on one port.
export type { LimitedServer, LimitedServerOptions, ListenAddress } from './limited-server.js';
export { openLimitedServer, pathOf } from './limited-server.js';
export { type NodeHandler, nodeReply } from './node-handler.js';
export type { Headers, ScrapeReply } from './scrape-endpoint.js';
