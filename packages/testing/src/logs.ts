export { captureLogs } from './logs/capture-logs.js';
export type { CapturedLine, CapturedLogs, LineQuery } from './logs/captured-logs.js';
export { assertLogged } from './logs/logged-assertion.js';
