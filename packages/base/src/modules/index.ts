/** For commands that load a service's modules. They need Node.js. */
export { importModule } from './import-module.js';
export { reportApart, runApart } from './run-apart.js';
