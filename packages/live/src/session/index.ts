// A session as one file.
export { exportSession } from './export-session.js';
export { type ImportedSession, importSession } from './import-session.js';
export { createLiveSession } from './live-session.js';
