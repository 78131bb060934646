// The answers of the JSON API.
export { createLiveApi, type LiveApiOptions, type LiveSession } from './live-api.js';
