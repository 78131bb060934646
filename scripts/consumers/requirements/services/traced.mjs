// Ten traces at once, so that samplers have something to decide about; SPANS says how many.
import { createObservability } from '@sightline/sdk';

const obs = createObservability({ defaults: { backend: 'none' } });
for (let i = 0; i < Number(process.env.SPANS ?? 10); i++) obs.spans.span('work', () => {});
console.log(JSON.stringify({ explained: obs.explain() }));
await obs.shutdown();
