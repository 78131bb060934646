// The limited HTTP server and the replies of its handlers.
export {
  type LimitedServer,
  type LimitedServerOptions,
  type ListenAddress,
  openLimitedServer,
  pathOf,
  type ServerOwner,
  type UpgradeHandler,
} from './limited-server.js';
export { type Headers, type NodeHandler, nodeReply, type Reply } from './node-reply.js';
