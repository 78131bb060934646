import type { Clock } from '@sightline/base';
import type { Ambient, AmbientEntries } from './ambient.js';
import { ambientEntries, ambientReader } from './ambient.js';
import { KeyBook } from './json/key-book.js';
import type { ResolvedLimits } from './json/limits.js';
import { ValueWriter } from './json/value-writer.js';
import type { Layout, Names, Prepared } from './layouts/layout.js';
import type { LogMetrics } from './log-metrics.js';
import type { LogSink } from './log-record.js';
import type { ChildRedaction } from './redaction/options.js';
import { type Redaction, redactionOfChild } from './redaction/redaction.js';
import type { RepeatGate } from './repeats.js';

/** What a logger and all its children share. */
export interface Family {
  readonly layout: Layout;
  readonly keys: KeyBook;
  readonly limits: ResolvedLimits;
  readonly clock: Clock;
  readonly ambient: () => Ambient;
  readonly metrics: LogMetrics;
  readonly sink: LogSink | undefined;
  readonly alwaysShowsUsage: boolean;
  /** Share of lines to write, by level; empty for all of all. */
  readonly sample: ReadonlyMap<number, number>;
  readonly random: () => number;
  repeats: RepeatGate | undefined;
  /** @param charactersLeft how much may be written; a line's worth by default */
  newWriter(charactersLeft?: number): ValueWriter;
  /** See `Layout.prepare`. */
  prepare(names: Names, ambient: Ambient, hidden: ReadonlySet<string> | undefined): Prepared;
  /** The context's fields, with their values as JSON. */
  entries(ambient: Ambient): AmbientEntries;
  /** The same for a child that hides more. The same object for the same `redact`: middleware makes a child per request. */
  hiding(redact: ChildRedaction): Family;
}

export function familyOf(
  given: Omit<Family, 'keys' | 'ambient' | 'newWriter' | 'repeats' | 'prepare' | 'entries' | 'hiding'> & {
    readonly redaction: Redaction;
    readonly repeats?: RepeatGate | undefined;
  },
): Family {
  const { redaction, ...rest } = given;
  const { layout, limits } = given;
  const keys = new KeyBook(redaction, (key) => layout.roleOf(key));
  const nameOf = (key: string): string => layout.contextName(key);
  const entries = ({ context }: Ambient): AmbientEntries => ambientEntries(context, keys, limits, nameOf);
  const children = new WeakMap<ChildRedaction, Family>();
  const family: Family = {
    ...rest,
    keys,
    ambient: ambientReader(keys, limits, nameOf),
    entries,
    prepare: (names, ambient, hidden) => layout.prepare(names, ambient, hidden, entries),
    repeats: given.repeats,
    newWriter: (charactersLeft) => new ValueWriter(keys, limits, charactersLeft),
    hiding(redact) {
      let child = children.get(redact);
      if (child === undefined) {
        child = familyOf({ ...given, redaction: redactionOfChild(redaction, redact), repeats: family.repeats });
        children.set(redact, child);
      }
      return child;
    },
  };
  return family;
}
