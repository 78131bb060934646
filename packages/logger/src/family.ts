import type { Clock } from '@sightline/base';
import { KeyCache } from './json/key-cache.js';
import type { ResolvedLimits } from './json/limits.js';
import { ValueWriter } from './json/value-writer.js';
import type { Layout } from './layouts/layout.js';
import { type LogContext, logContextReader } from './log-context.js';
import type { LogMetrics } from './log-metrics.js';
import type { LogSink } from './log-record.js';
import type { ChildRedaction } from './redaction/options.js';
import { type Redaction, redactionOfChild } from './redaction/redaction.js';
import type { RepeatGate } from './repeats.js';

/** What a logger and all its children share. */
export interface Family {
  readonly layout: Layout;
  readonly keys: KeyCache;
  readonly limits: ResolvedLimits;
  readonly clock: Clock;
  readonly logContext: () => LogContext;
  readonly metrics: LogMetrics;
  readonly sink: LogSink | undefined;
  readonly alwaysShowsUsage: boolean;
  /** Share of lines to write, by level; empty for all of all. */
  readonly sample: ReadonlyMap<number, number>;
  readonly random: () => number;
  repeats: RepeatGate | undefined;
  /** Whether fields are kept as values beside their JSON, for the records of a sink. */
  readonly keepsValues: boolean;
  /** The same of errors, which a layout may want as well. */
  readonly keepsErrors: boolean;
  /** @param charactersLeft how much may be written; a line's worth by default */
  newWriter(keepsValues?: boolean, charactersLeft?: number): ValueWriter;
  /** The same for a child that hides more. The same object for the same `redact`: middleware makes a child per request. */
  hiding(redact: ChildRedaction): Family;
}

export function familyOf(
  given: Omit<Family, 'keys' | 'logContext' | 'keepsValues' | 'keepsErrors' | 'newWriter' | 'repeats' | 'hiding'> & {
    readonly redaction: Redaction;
    readonly repeats?: RepeatGate | undefined;
  },
): Family {
  const { redaction, ...rest } = given;
  const { layout, limits } = given;
  const keys = new KeyCache(redaction, (key) => layout.roleOf(key));
  const keepsValues = given.sink !== undefined;
  const children = new WeakMap<ChildRedaction, Family>();
  const family: Family = {
    ...rest,
    keys,
    keepsValues,
    keepsErrors: keepsValues || layout.readsErrors,
    logContext: logContextReader({ keys, limits, nameOf: (key) => layout.contextName(key), keepsValues }),
    repeats: given.repeats,
    newWriter: (keeps, charactersLeft) => new ValueWriter(keys, limits, keeps, charactersLeft),
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
