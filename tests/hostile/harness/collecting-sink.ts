import type { ByteSink } from '@strongroom/device';

/** A sink that tells what became of what was written to it. */
export interface CollectingSink extends ByteSink {
  readonly state: 'open' | 'committed' | 'aborted';
  /** What a reader would see: nothing before `commit`, nothing after `abort`. */
  readonly shown: Uint8Array;
}

/** A new sink. */
export function createCollectingSink(): CollectingSink {
  let state: CollectingSink['state'] = 'open';
  let pieces: Uint8Array[] = [];
  return {
    get state() {
      return state;
    },
    get shown() {
      return state === 'committed' ? Buffer.concat(pieces) : new Uint8Array(0);
    },
    async write(bytes) {
      pieces.push(bytes.slice());
    },
    async commit() {
      state = 'committed';
    },
    async abort() {
      pieces = [];
      state = 'aborted';
    },
  };
}
