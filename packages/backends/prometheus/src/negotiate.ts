import {
  type Exposition,
  openMetricsDraftExposition,
  openMetricsExposition,
  textExposition,
} from './exposition-format.js';
import { parseWeightedList, type Weighted } from './weighted-list.js';

/**
 * The format for a request, by the q-value of the most specific range that matches each (RFC 9110, section 12.5.1). On a
 * tie a named format beats one that matches a wildcard, and then OpenMetrics beats text. A client that asks for nothing, for
 * anything, or only for other formats (protobuf) gets text, which every reader understands.
 */
export function negotiateExposition(accept: string | undefined): Exposition {
  if (accept === undefined) return textExposition;
  const ranges = parseWeightedList(accept);
  let best: Match = { q: 0, specificity: -1 };
  let accepted = textExposition;
  for (const offer of offers) {
    const match = matchOf(offer, ranges);
    const isTextByWildcard = match.specificity === anyType && offer.exposition === textExposition;
    if (match.q > 0 && (isBetter(match, best) || (isTextByWildcard && isEqual(match, best)))) {
      best = match;
      accepted = offer.exposition;
    }
  }
  return accepted;
}

/** Whether the answer may, and should, be compressed with gzip. */
export function prefersGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined) return false;
  const codings = new Map<string, number>();
  for (const { value, q } of parseWeightedList(acceptEncoding)) codings.set(value, q);
  const gzip = codings.get('gzip') ?? codings.get('x-gzip') ?? codings.get('*') ?? 0;
  return gzip > 0 && gzip >= (codings.get('identity') ?? 0);
}

interface Offer {
  readonly type: string;
  readonly version: string;
  readonly exposition: Exposition;
}

interface Match {
  readonly q: number;
  readonly specificity: number;
}

// The first of equals wins, but text wins if `*/*` matches all of them.
const offers: readonly Offer[] = [
  { type: 'application/openmetrics-text', version: '1.0.0', exposition: openMetricsExposition },
  { type: 'application/openmetrics-text', version: '0.0.1', exposition: openMetricsDraftExposition },
  { type: 'text/plain', version: '0.0.4', exposition: textExposition },
];

const anyType = 0;

function isBetter(match: Match, best: Match): boolean {
  return match.q > best.q || (match.q === best.q && match.specificity > best.specificity);
}

function isEqual(match: Match, best: Match): boolean {
  return match.q === best.q && match.specificity === best.specificity;
}

function matchOf(offer: Offer, ranges: readonly Weighted[]): Match {
  let best: Match = { q: 0, specificity: -1 };
  for (const range of ranges) {
    const specificity = specificityOf(range, offer);
    const match = { q: range.q, specificity };
    const isMoreSpecific = specificity > best.specificity || (specificity === best.specificity && range.q > best.q);
    if (specificity >= anyType && isMoreSpecific) best = match;
  }
  return best;
}

/** Other parameters (`charset`, Prometheus 3's `escaping`) do not change our expositions. */
function specificityOf({ value, parameters }: Weighted, { type, version }: Offer): number {
  if (value === '*/*') return anyType;
  if (value === `${type.slice(0, type.indexOf('/'))}/*`) return 1;
  if (value !== type) return -1;
  const asked = parameters.get('version');
  if (asked === undefined) return 2;
  return asked === version ? 3 : -1;
}
