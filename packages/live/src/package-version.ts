import manifest from '../package.json' with { type: 'json' };

/** The version of all packages: they are released together. */
export const packageVersion: string = manifest.version;
