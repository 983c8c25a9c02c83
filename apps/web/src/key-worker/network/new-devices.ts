/** Devices that were added to the person's account, until the person says whose they are: over locks, reloads and closed browsers. */
import { isId } from '@strongroom/core';
import type { DeviceId } from '@strongroom/core';
import type { Notes } from '../notes/notes.ts';

const note = 'new-devices';

export class NewDevices {
  readonly #notes: Notes;
  readonly #tell: (devices: readonly DeviceId[]) => void;
  #devices: readonly DeviceId[] = [];

  constructor(notes: Notes, tell: (devices: readonly DeviceId[]) => void) {
    this.#notes = notes;
    this.#tell = tell;
  }

  /** What was not answered before. */
  async begin(): Promise<void> {
    const kept = await this.#notes.read(note);
    this.#devices = Array.isArray(kept) ? kept.filter((id): id is DeviceId => isId('dev', id)) : [];
    this.#tell(this.#devices);
  }

  async add(devices: readonly DeviceId[]): Promise<void> {
    if (devices.length > 0) await this.#become([...new Set([...this.#devices, ...devices])]);
  }

  async seen(): Promise<void> {
    await this.#become([]);
  }

  async #become(devices: readonly DeviceId[]): Promise<void> {
    this.#devices = devices;
    if (devices.length === 0) await this.#notes.remove(note);
    else await this.#notes.write(note, [...devices]);
    this.#tell(devices);
  }
}
