import { withoutUrlCredentials } from '@sightline/base/secrets';

/**
 * The URL or query string without its secrets: user and password, and the values of query parameters with secret names
 * (semantic conventions for `url.full`). A string that is no URL comes back unchanged but for its parameters.
 */
export function redactUrl(url: string, isSecretKey: (key: string) => boolean): string {
  const withoutUser = url.startsWith('//')
    ? url.replace(/^\/\/[^/?#]*@/, '//REDACTED:REDACTED@')
    : withoutUrlCredentials(url, 'REDACTED:REDACTED', { keepsUser: false });
  return withoutUser.replace(/([?&;]|^)([^=&;?#/]+)=([^&;#]*)/g, (whole, before: string, name: string) =>
    isSecretKey(decoded(name)) ? `${before}${name}=REDACTED` : whole,
  );
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
