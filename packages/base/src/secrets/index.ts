export { isCardNumber, mayHoldCardNumber, withoutCardNumbers } from './card-numbers.js';
export { maskedConfiguration, maskedSetting, quotedSetting, withoutPath } from './masked-settings.js';
export { namesItsNext } from './named-values.js';
export { mayHoldPatternSecrets, withoutPatternSecrets } from './pattern-secrets.js';
export { publicAttributes } from './public-attributes.js';
export type { IsSecret } from './replaced-values.js';
export { type Secrecy, secrecyOf } from './secret-names.js';
export { mayHoldPlainSecrets, mayHoldTextSecrets, withoutTextSecrets } from './text-secrets.js';
export { withoutUrlCredentials } from './url-credentials.js';
