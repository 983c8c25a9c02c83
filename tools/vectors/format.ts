/** What a format of outside vectors is. A new one is a file beside this and a line in `formats.ts`. */

/** Files found in the folder, by path relative to it. */
export type VectorFile = { readonly path: string; readonly bytes: Uint8Array };

/** Counts of one file. `failures` name the cases that did not behave as the file says. */
export type VectorResult = {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly string[];
  /** Why cases were skipped, if any were. */
  readonly note?: string;
};

export type VectorFormat = {
  readonly name: string;
  /** Whether this format owns the file. A companion that another file brings along is owned too. */
  readonly recognise: (file: VectorFile) => boolean;
  /** Runs one file, or answers undefined for a companion that is run with another file. */
  readonly run: (file: VectorFile, all: ReadonlyMap<string, VectorFile>) => Promise<VectorResult | undefined>;
};
