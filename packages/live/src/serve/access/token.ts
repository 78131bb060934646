import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { valueText } from '@sightline/base';

/** A new token: 192 random bits, base64url. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Throws for a token that could be guessed, or could not be part of a link. */
export function checkToken(token: unknown): void {
  if (typeof token === 'string' && /^[\w.~+/=-]{16,512}$/.test(token)) return;
  const what = typeof token === 'string' ? `of ${token.length} characters` : valueText(token);
  throw new Error(
    `[live] token is ${what}. Give at least 16 letters, digits and "-._~+/=", for example from: openssl rand -base64 24`,
  );
}

/** Takes the same time whatever is wrong. */
export function isSameToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
