import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Returns a function that checks an `Authorization` header against `token` (RFC 6750, section 2.1). It compares hashes in constant
 * time, which also hides the length.
 */
export function bearerTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = sha256(token);
  return (authorization) => {
    const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(sha256(given), expected);
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
