import { runViewer } from './run-viewer.js';

void runViewer(process.argv.slice(2));
