/**
 * The URL or query string without its secrets: user and password, and the values of query parameters whose names say that
 * they are one (semantic conventions for `url.full`). Anything that is no URL comes back as it is, parameters apart.
 */
export function redactUrl(url: string, isSecretKey: (key: string) => boolean): string {
  const withoutUser = url.replace(
    /^([a-z][a-z\d+.-]*:)?\/\/[^/?#]*@/i,
    (_, scheme = '') => `${scheme}//REDACTED:REDACTED@`,
  );
  return withoutUser.replace(/([?&;]|^)([^=&;?#/]+)=([^&;#]*)/g, (whole, before: string, name: string) =>
    isSignature.has(name) || isSecretKey(decoded(name)) ? `${before}${name}=REDACTED` : whole,
  );
}

// Presigned URLs of AWS, Azure and Google, listed by the semantic conventions.
const isSignature: ReadonlySet<string> = new Set([
  'X-Amz-Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'AWSAccessKeyId',
  'Signature',
  'sig',
  'X-Goog-Signature',
]);

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
