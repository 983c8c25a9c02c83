/** FLOE's parameters. Segments above 256 KiB halve the speed of one browser engine; the data key turns every 2^20 segments. */
export type FloeParameters = { readonly segmentSizeBytes: number; readonly rotationBits: number };

/** The parameters of everything that Strongroom stores. */
export const floeParameters: FloeParameters = { segmentSizeBytes: 262_144, rotationBits: 20 };
