export { asText, ConfigurationError } from './configuration-error.js';
export { effectiveOptions, type OptionGroup } from './effective-options.js';
export { type Env, EnvironmentReader, environmentWarning, sourceOf } from './environment-reader.js';
export { allowedFor, type EnvironmentRow, parsedValue } from './environment-row.js';
export { maskedText, withoutSecrets } from './mask-secrets.js';
export { type Candidate, describe, given, type Setting, Settings } from './settings.js';
export { unknownNames } from './unknown-names.js';
export { type ValueDetails, type ValueFormat, type ValueOf, type ValueType, valueTypes } from './value-types.js';
