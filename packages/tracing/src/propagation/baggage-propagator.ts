import {
  type Baggage,
  type BaggageEntry,
  type Context,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { parseMember, writtenMember } from './baggage-member.js';
import { listValue, trimmed } from './header-value.js';
import { isTracingSuppressed } from './suppressed-tracing.js';

const BAGGAGE = 'baggage';
const maxMembers = 180;
const maxBytes = 8192;

/**
 * W3C Baggage (https://www.w3.org/TR/baggage/) for any OpenTelemetry set-up.
 *
 * Reads and writes up to 180 members of together 8192 bytes; leaves out each member that does not fit or violates the grammar.
 * Keeps empty values and names such as `__proto__`; of a repeated key the last one counts. Its methods never throw, and a header
 * that cannot be read leaves the context unchanged.
 */
export const baggagePropagator: TextMapPropagator = {
  inject<C>(context: Context, carrier: C, setter: TextMapSetter<C>): void {
    try {
      const baggage = isTracingSuppressed(context) ? undefined : propagation.getBaggage(context);
      if (baggage === undefined) return;
      const limit = memberLimit();
      const members = baggage
        .getAllEntries()
        .map(([key, entry]) => writtenMember(key, entry))
        .filter((member) => member !== undefined && limit.admits(member));
      if (members.length > 0) setter.set(carrier, BAGGAGE, members.join(','));
    } catch {
      // A carrier that cannot be written to, or an invalid baggage: the message is sent without it.
    }
  },

  extract<C>(context: Context, carrier: C, getter: TextMapGetter<C>): Context {
    try {
      const header = listValue(carrier, getter, BAGGAGE);
      if (header === undefined || header === '') return context;
      const entries = readEntries(header);
      return entries.size === 0 ? context : propagation.setBaggage(context, baggageOf(entries));
    } catch {
      return context;
    }
  },

  fields: (): string[] => [BAGGAGE],
};

function readEntries(header: string): Map<string, BaggageEntry> {
  const entries = new Map<string, BaggageEntry>();
  const limit = memberLimit();
  for (let start = 0; start < header.length && !limit.isReached(); ) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? header.length : comma;
    // White space may make a member longer, but not without limit.
    const text = end - start <= 2 * maxBytes ? trimmed(header.slice(start, end)) : '';
    const member = text === '' ? undefined : parseMember(text);
    if (member !== undefined && limit.admits(text)) entries.set(member.key, member.entry);
    start = end + 1;
  }
  return entries;
}

const index = /^\d+$/;

function baggageOf(entries: ReadonlyMap<string, BaggageEntry>): Baggage {
  const keys = [...entries.keys()];
  // An object would put these first.
  if (keys.some((key) => index.test(key))) {
    return [...entries].reduce((baggage, [key, entry]) => baggage.setEntry(key, entry), propagation.createBaggage());
  }
  // fromEntries defines properties instead of assigning them: a key may be called __proto__.
  return propagation.createBaggage(Object.fromEntries(entries));
}

/** Counts members of ASCII text, and the commas between them. */
function memberLimit(): { admits(member: string): boolean; isReached(): boolean } {
  let members = 0;
  let bytes = 0;
  return {
    admits(member) {
      const size = member.length + (members === 0 ? 0 : 1);
      if (members === maxMembers || bytes + size > maxBytes) return false;
      members++;
      bytes += size;
      return true;
    },
    isReached: () => members === maxMembers || bytes >= maxBytes,
  };
}
