import { checkOption, resolveFields } from '@sightline/settings/fields';
import { destinationOf } from './destination.js';
import type { DialectName } from './dialect.js';
import { type CheckedOptions, type StatsdOptions, statsdFields } from './fields.js';

export type { CheckedOptions, StatsdOptions };

/** Fills in the defaults. Throws an `Error` that says what to change. */
export function checkedOptions(options: StatsdOptions): CheckedOptions {
  const checked: CheckedOptions = resolveFields(subject, statsdFields, options);
  const { dialect, tags, histogramType, framing } = checked;
  checkOption(
    subject,
    dialect !== 'statsd' || Object.keys(tags).length === 0,
    'tags',
    tags,
    "the dialect 'statsd' has none: use prefix, or the dialect 'dogstatsd' or 'graphite'",
  );
  checkHistogramType(histogramType, dialect);
  const { protocol } = destinationOf(options);
  const isStream = framing === undefined || protocol !== 'udp';
  checkOption(subject, isStream, 'framing', framing, 'omit it for UDP, which sends one payload per datagram');
  return checked;
}

export const subject = 'backend-statsd';

function checkHistogramType(type: CheckedOptions['histogramType'], dialect: DialectName): void {
  checkOption(
    subject,
    type === undefined || type === 'ms' || dialect === 'dogstatsd',
    'histogramType',
    type,
    `the dialect '${dialect}' has 'ms' only: its servers count other types as counters or refuse them`,
  );
}
