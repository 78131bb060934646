import { instrumentHandler, tracedFetch } from '@sightline/http';
import { test } from 'vitest';
import { createObservability } from '../src/index.js';

test('adapters for HTTP take an observability as it is', () => {
  const obs = createObservability({ serviceName: 'shop' });
  instrumentHandler(obs, (_request, response) => response.end());
  void tracedFetch(obs);
});
