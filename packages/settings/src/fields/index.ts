export type { EnvironmentRow } from '../environment-row.js';
export type { Field, Fields, FieldType, FieldVariable, OptionsOf, ResolvedOf } from './field.js';
export { fieldRow, fieldRows, type RowsOf, rowsOf } from './field-rows.js';
export { livePageFields } from './live-page-fields.js';
export { type PackageSettings, settingsOf } from './package-settings.js';
export { checkOption, type FieldProblem, readFields, resolveFields } from './resolve-fields.js';
export { serverFields } from './server-fields.js';
export { serviceFields } from './service-fields.js';
