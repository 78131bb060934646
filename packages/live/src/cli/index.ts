// The command, for `sightline live` of the SDK.
export { runViewer } from './run-viewer.js';
