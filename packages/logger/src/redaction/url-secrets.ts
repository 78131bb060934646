import { secrecyOf } from './secret-keys.js';

/** Replaces what a URL in the text carries before its `@`, and the values of secret query parameters. */
export function withoutUrlSecrets(
  text: string,
  censor: string,
  isSecret: (key: string) => boolean = isSecretName,
): string {
  const withoutUserInfo = text.replaceAll(
    userInfo,
    (_, scheme: string, user: string | undefined) =>
      // A name alone is kept, but with some services (Redis, Sentry, GitHub) the name is the token.
      `${scheme}${user === undefined ? '' : `${user}:`}${censor}@`,
  );
  return withoutUserInfo.replaceAll(parameter, (whole, start: string, name: string) =>
    isSecret(decoded(name)) ? `${start}${name}=${censor}` : whole,
  );
}

// The password may contain @ where somebody forgot to encode it, so everything up to the last one before the path is taken.
const userInfo = /(\b[a-z][a-z0-9+.-]{0,30}:\/\/)(?:([^\s:@/?#"'<>]{0,200}):)?[^\s/?#"'<>]{1,500}@/gi;
const parameter = /([?&;#])([^\s?&;#="'<>]{1,100})=[^\s&;#"'<>]*/g;

function isSecretName(name: string): boolean {
  return secrecyOf(name) !== false;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
