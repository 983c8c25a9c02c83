/**
 * The one list of clients of an unlock: read once from what this browser keeps, brought up to date when a page asks for it, told to all
 * pages as changes.
 */
import type { ClientPart, ClientRow, Device } from '@strongroom/device';
import type { ClientChanges, ClientMatches, ClientsHad, KeysEvent } from '../../keys/contract.ts';
import type { StartTimer } from '../context-clock.ts';
import { runOnce } from '../rpc/run-once.ts';
import { ToldClients } from './told-clients.ts';

/** A sync that is no older is not repeated for the list. */
const recentMs = 10_000;
/** Names of this class are kept nowhere: they are had from the server each time. */
const topClass = 3;

/** What the list is given. */
export interface ClientListParts {
  readonly device: Device;
  readonly startTimer: StartTimer;
  readonly newId: () => string;
  readonly emit: (event: KeysEvent) => void;
  /** Until when the server gives no more names. */
  readonly tellHeld: (untilMs: number | undefined) => void;
}

export class ClientList {
  readonly #parts: ClientListParts;
  readonly #told: ToldClients;
  #kept: Promise<void> | undefined;
  readonly #refreshOnce: () => Promise<void>;

  constructor(parts: ClientListParts) {
    this.#parts = parts;
    this.#told = new ToldClients(parts.newId());
    this.#refreshOnce = runOnce(async () => await this.#refresh());
  }

  /** Reads what this browser keeps, once. */
  async begin(): Promise<void> {
    this.#kept ??= this.#readKept();
    try {
      await this.#kept;
    } catch (cause) {
      this.#kept = undefined;
      throw cause;
    }
  }

  /** What differs from the list that a page has. */
  async follow({
    have,
    refresh = true,
  }: {
    readonly have?: ClientsHad;
    readonly refresh?: boolean;
  } = {}): Promise<ClientChanges> {
    await this.begin();
    if (refresh) await this.#refreshOnce();
    const changes = this.#told.since(have?.list === this.#told.id ? have.change : 0);
    return { ...changes, isWhole: refresh || isWhole(this.#told.rows()) };
  }

  /** Where in the list stands what a search finds, best first. */
  async match(query: string): Promise<ClientMatches> {
    await this.begin();
    const { rows, isComplete } = await this.#parts.device.clients.search(query, { limit: Infinity });
    const places = new Uint32Array(rows.length);
    let count = 0;
    for (const { room } of rows) {
      const place = this.#told.placeOf(room);
      if (place !== undefined) places[count++] = place;
    }
    return { list: this.#told.id, places: places.slice(0, count), isComplete };
  }

  async #readKept(): Promise<void> {
    const { device, startTimer } = this.#parts;
    this.#told.takeAll(await device.clients.list({ refresh: false }));
    // The first search makes its index: as soon as the list was answered, before anybody has typed.
    startTimer(0, () => void device.clients.search('', { limit: 0 }).catch(() => undefined));
  }

  async #refresh(): Promise<void> {
    const { device, emit, tellHeld } = this.#parts;
    let heldUntilMs: number | undefined;
    const onPart = ({ rows, totalCount }: ClientPart): void => {
      const changes = this.#told.takePart(rows, totalCount);
      if (changes !== undefined) emit({ event: 'clients', changes: { ...changes, isWhole: false } });
    };
    const rows = await device.clients.list({
      recentMs,
      onPart,
      onHeld: (untilMs) => (heldUntilMs = untilMs),
    });
    this.#told.takeAll(rows);
    tellHeld(heldUntilMs);
  }
}

/** Whether a list that nobody but this browser was asked for may be shown as whole. */
function isWhole(rows: readonly ClientRow[]): boolean {
  return rows.length > 0 && rows.every((row) => row.name !== undefined || row.class >= topClass);
}
