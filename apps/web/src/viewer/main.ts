/** The sealed viewer: shows one document in a frame without origin, storage or network. */
export {};
