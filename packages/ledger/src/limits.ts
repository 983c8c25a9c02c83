/** The named limits of the ledger formats; docs/spec/ledger.md lists the same names. */

/** Bytes of every hash in a ledger (SHA-256). */
export const hashBytes = 32;
/** Most entries a ledger may hold: 2^48, so that every index is a safe integer. */
export const ledgerSizeMax: number = 2 ** 48;
/** Most bytes of one entry: an entry bundle gives each entry a 16-bit length. */
export const entryBytesMax = 65_535;
/** Hashes in a full tile (height 8). */
export const tileWidthMax = 256;
/** Highest tile level of the path format. */
export const tileLevelMax = 63;
/** Most hashes in a proof; a ledger of 2^48 entries never needs more than 49. */
export const proofHashesMax = 64;
/** Most signatures in a note; the format asks for at least 16. */
export const noteSignaturesMax = 64;
/** Most bytes of a signed note. */
export const noteBytesMax = 1_000_000;
/** Most bytes of an offline proof file. */
export const tlogProofBytesMax = 2_000_000;
/** Most bytes of a policy file. */
export const policyBytesMax = 1_000_000;
/** Most logs, most witnesses and most groups of a policy, each. */
export const policyLinesMax = 256;
/** Most bytes of a request to a witness, and of its answer. */
export const addCheckpointBytesMax = 65_536;
/** Most hashes in a request to a witness, by its specification. */
export const witnessProofHashesMax = 63;
