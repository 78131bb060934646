import manifest from '../package.json' with { type: 'json' };

/** All packages of the family are released with one version, so it is core's too. */
export const packageVersion: string = manifest.version;
