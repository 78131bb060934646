import { type BaggageEntry, baggageEntryMetadataFromString } from '@opentelemetry/api';
import { optionOf } from '../untrusted-values.js';
import { trimmed } from './header-value.js';

/** A list-member of W3C Baggage. */
export interface BaggageMember {
  readonly key: string;
  readonly entry: BaggageEntry;
}

// RFC 7230's token and W3C's baggage-octet. Both repeat one character class, so neither can backtrack.
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const octets = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const notToken = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]+/g;
// The percent sign too: it is an octet, but has to be encoded.
const notPlain = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;
// A percent sign without two digits, and characters that are no baggage-octet.
const notWritten = /%(?![0-9A-Fa-f]{2})|[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;
const loneSurrogates = /\p{Surrogate}/gu;
const encodedBytes = /(?:%[0-9A-Fa-f]{2})+/g;

/** Reads `key = value ; property ; property = value`; `undefined` if any of it violates the grammar. */
export function parseMember(text: string): BaggageMember | undefined {
  const [pair = '', ...properties] = text.split(';');
  const equals = pair.indexOf('=');
  if (equals === -1) return undefined;
  const key = trimmed(pair.slice(0, equals));
  const value = trimmed(pair.slice(equals + 1));
  if (!token.test(key) || !octets.test(value)) return undefined;
  const entry: BaggageEntry = { value: decoded(value) };
  if (properties.length > 0) {
    const written = properties.map(writtenProperty);
    if (written.includes(undefined)) return undefined;
    entry.metadata = baggageEntryMetadataFromString(written.join(';'));
  }
  return { key, entry };
}

/**
 * The member to send; `undefined` without a key, or if the value is no string. A key that is no token is percent-encoded, and
 * receivers see it so: W3C Baggage has no encoding for keys. Metadata is sent as it is, but for characters that are not allowed:
 * those are encoded in a property's value; a property with an invalid key is left out.
 */
export function writtenMember(key: string, entry: BaggageEntry): string | undefined {
  const value: unknown = optionOf(entry, 'value');
  if (key === '' || typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol')
    return undefined;
  const properties = metadataText(optionOf(entry, 'metadata')).split(';').map(encodedProperty);
  const member = `${encoded(key, notToken)}=${encoded(String(value), notPlain)}`;
  return [member, ...properties.filter((each) => each !== undefined && each !== '')].join(';');
}

/** The string of metadata, or of OpenTelemetry's object for it. Lists are refused: to join one may take for ever. */
function metadataText(metadata: unknown): string {
  try {
    return metadata === undefined || Array.isArray(metadata) ? '' : String(metadata);
  } catch {
    return '';
  }
}

function writtenProperty(property: string): string | undefined {
  const equals = property.indexOf('=');
  const key = trimmed(equals === -1 ? property : property.slice(0, equals));
  if (!token.test(key)) return undefined;
  if (equals === -1) return key;
  const value = trimmed(property.slice(equals + 1));
  return octets.test(value) ? `${key}=${value}` : undefined;
}

function encodedProperty(property: string): string | undefined {
  const equals = property.indexOf('=');
  if (equals === -1) return writtenProperty(property);
  const value = trimmed(property.slice(equals + 1)).replace(loneSurrogates, '\ufffd');
  return writtenProperty(`${property.slice(0, equals)}=${value.replace(notWritten, encodeURIComponent)}`);
}

function encoded(text: string, characters: RegExp): string {
  const wellFormed = text.replace(loneSurrogates, '\ufffd');
  return wellFormed.replace(characters, (run) => {
    // encodeURIComponent leaves these as they are.
    return encodeURIComponent(run).replace(/[()]/g, (char) => (char === '(' ? '%28' : '%29'));
  });
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that are no UTF-8 become U+FFFD, as the specification asks; a percent sign without two digits stays. */
function decoded(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(encodedBytes, (run) => {
    const bytes = new Uint8Array(run.length / 3);
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(run.slice(3 * i + 1, 3 * i + 3), 16);
    return utf8.decode(bytes);
  });
}
