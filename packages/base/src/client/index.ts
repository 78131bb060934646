// Shared by exporters that send requests.
export { basicAuthorization } from './basic-authorization.js';
export { environmentProxy } from './environment-proxy.js';
