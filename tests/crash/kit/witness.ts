/**
 * What the server has answered with success, seen on the wire: every receipt and every block of slots. After a crash all of it
 * must still hold, whatever the devices themselves remember.
 */

/** A block of slots as it was handed out. */
export interface SlotBlock {
  readonly vault: string;
  readonly first: number;
  readonly count: number;
}

/** Remembers answers. */
export class Witness {
  /** Entry bytes (base64url) by ledger and index. */
  readonly entries: Map<string, Map<number, string>> = new Map();
  readonly blocks: SlotBlock[] = [];
  /** Index of the line of each release that reached a device, by ledger. */
  readonly releases: Map<string, Set<number>> = new Map();
  /** Two answers that contradict each other. */
  readonly contradictions: string[] = [];

  /** Looks at one answer of the server. */
  see(method: string, path: string, answer: { readonly status: number; readonly body: Uint8Array }): void {
    if (answer.status !== 200 || answer.body.length === 0 || answer.body[0] !== 0x7b) return;
    const value = JSON.parse(Buffer.from(answer.body).toString('utf8')) as Readonly<Record<string, unknown>>;
    this.#seeReceipt(value['receipt'], path.endsWith('/releases'));
    const slots = /^\/v1\/vaults\/([^/]+)\/slots$/.exec(path);
    if (method === 'POST' && slots !== null) {
      this.blocks.push({
        vault: slots[1] ?? '',
        first: value['first'] as number,
        count: value['count'] as number,
      });
    }
    const ofRooms = /^\/v1\/vaults\/([^/]+)\/room-slots$/.exec(path);
    if (method === 'POST' && ofRooms !== null)
      for (const first of value['slots'] as readonly number[])
        this.blocks.push({ vault: ofRooms[1] ?? '', first, count: 1 });
  }

  /** What a restore has taken back: a ledger's lines from an index on. Slots stay handed out. */
  forgetFrom(ledger: string, size: number): void {
    const entries = this.entries.get(ledger);
    for (const index of entries?.keys() ?? []) if (index >= size) entries?.delete(index);
    const releases = this.releases.get(ledger);
    for (const index of releases ?? []) if (index >= size) releases?.delete(index);
  }

  #seeReceipt(value: unknown, isRelease: boolean): void {
    if (typeof value !== 'object' || value === null) return;
    const { ledger, index, entry } = value as {
      readonly ledger: string;
      readonly index: number;
      readonly entry: string;
    };
    const known = this.entries.get(ledger) ?? new Map<number, string>();
    this.entries.set(ledger, known);
    if ((known.get(index) ?? entry) !== entry)
      this.contradictions.push(`${ledger} ${index}: two entries were answered`);
    known.set(index, entry);
    if (!isRelease) return;
    const releases = this.releases.get(ledger) ?? new Set<number>();
    this.releases.set(ledger, releases.add(index));
  }
}
