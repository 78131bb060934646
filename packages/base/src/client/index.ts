// What requests of exporters have in common.
export { basicAuthorization } from './basic-authorization.js';
export { environmentProxy } from './environment-proxy.js';
