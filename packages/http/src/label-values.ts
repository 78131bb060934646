import type { LabelValueSets } from '@sightline/core/backend';
import { knownMethods } from '@sightline/tracing';

const methods = { values: [...knownMethods, '_OTHER'] };
// Semantic conventions, HTTP metrics: `error.type` is set if and only if the request failed; for a server 4xx is no failure.
const failures = { failing: '.+' };

/** For alert rules: a request has failed if it has an `error.type`. */
export const httpLabelValues: LabelValueSets = {
  'http.server.request.duration': {
    'http.request.method': methods,
    'url.scheme': { values: ['http', 'https'] },
    'error.type': failures,
  },
  'http.server.active_requests': { 'http.request.method': methods, 'url.scheme': { values: ['http', 'https'] } },
  'http.client.request.duration': { 'http.request.method': methods, 'error.type': failures },
};
