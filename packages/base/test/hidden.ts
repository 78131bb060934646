import { secrecyOf, withoutTextSecrets } from '../src/secrets/index.js';

/** A text as it is written where names alone decide what is secret. */
export const hidden = (text: string): string =>
  withoutTextSecrets(text, '***', (name, value) => {
    const secrecy = secrecyOf(name);
    return secrecy === true || (secrecy !== false && !/^(?:-?\d[\d.]*|true|false)$/.test(value()));
  });
