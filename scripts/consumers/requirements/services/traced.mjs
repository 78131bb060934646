// Ten traces at once, so that samplers have something to decide about; SPANS says how many. TRACING has options of the code.
import { createObservability } from '@sightline/sdk';

const obs = createObservability({ tracing: JSON.parse(process.env.TRACING ?? 'true'), defaults: { backend: 'none' } });
for (let i = 0; i < Number(process.env.SPANS ?? 10); i++) obs.spans.span('work', () => {});
console.log(JSON.stringify({ explained: obs.explain() }));
await obs.shutdown();
