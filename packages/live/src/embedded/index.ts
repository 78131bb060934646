// The page within a service, which `@sightline/sdk` loads.
export type { Embedded, EmbeddedOptions, EmbeddedSettings, EmbeddedSources } from './embedded.js';
export { startEmbedded } from './start-embedded.js';
