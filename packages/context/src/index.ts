export { bindContext } from './bind-context.js';
// `export *`, because TypeScript merges a service's declarations into re-exported interfaces only through it.
export type * from './context-fields.js';
export { contextRunner } from './context-runner.js';
export type { DroppedField, DroppedFieldListener } from './context-state.js';
export { currentContext } from './current-context.js';
export { onDroppedField } from './dropped-fields.js';
export { runWithContext, runWithoutContext } from './run-with-context.js';
