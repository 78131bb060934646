import { ownString } from './json/json-string.js';

/** What differs between messages, in few characters: short ones themselves, of long ones the beginning, the length and a hash. */
export function messageKey(message: string): string {
  if (message.length <= MAX_WHOLE) return message;
  return ownString(`${message.slice(0, MAX_SHOWN)}… (${message.length} characters, ${hashOf(message)})`);
}

const MAX_WHOLE = 256;
const MAX_SHOWN = 192;
/** By default lines show no more of a string. */
const MAX_HASHED = 32_768;

/** FNV-1a, twice with other primes: 64 bits, so that no two messages of a service are taken for one. */
function hashOf(text: string): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (let i = 0; i < text.length && i < MAX_HASHED; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0');
}
