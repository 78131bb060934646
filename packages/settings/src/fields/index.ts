export type { EnvironmentRow } from '../environment-row.js';
export type { Field, Fields, FieldType, FieldVariable, OptionsOf, ResolvedOf } from './field.js';
export { fieldRow, fieldRows } from './field-rows.js';
export { checkOption, resolveFields } from './resolve-fields.js';
export { serverFields } from './server-fields.js';
