import manifest from '../package.json' with { type: 'json' };

/** Version of the command line, that of the whole repository. */
export const version: string = manifest.version;
