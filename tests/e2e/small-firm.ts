/** A firm of a few people on a server of its own, made by the device package: where what a spec looks at begins after all that. */
import type { PersonId, RecordId } from '@strongroom/core';
import { beginEnrolment, beginFirm, openDevice } from '@strongroom/device';
import type { Device, DeviceEnvironment, PendingStart } from '@strongroom/device';
import type { Page } from '@playwright/test';
import { createDemoEnvironment } from '../../tools/demo/demo-environment.ts';
import { formatSignInLink } from '../../tools/demo/sign-in-link.ts';
import { expect } from './fixtures.ts';
import { OwnServer } from './own-server.ts';
import type { OwnServerOptions } from './own-server.ts';
import { newPassword } from './steps.ts';

/** Somebody of the firm, with the device that was made first. */
export interface Colleague {
  readonly name: string;
  readonly person: PersonId;
  /** Makes a browser one more device, with the password. */
  readonly link: string;
  /** The printed kit's groups. */
  readonly kit: string;
  readonly device: Device;
}

/** Somebody to invite. */
export interface Newcomer {
  readonly name: string;
  readonly roles: readonly ('opener' | 'auditor' | 'officer' | 'administrator' | 'namer')[];
}

/** A document of a room. */
export interface SmallDocument {
  readonly name: string;
  readonly text: string;
}

/** A client that was added, and the documents in the order in which they were given. */
export interface SmallClient {
  readonly code: string;
  readonly records: readonly RecordId[];
}

export class SmallFirm {
  readonly server: OwnServer;
  /** Hash of the firm's first line, in hexadecimal. */
  readonly root: string;
  readonly owner: Colleague;
  readonly #url: string;

  private constructor(server: OwnServer, url: string, root: string, owner: Colleague) {
    this.server = server;
    this.#url = url;
    this.root = root;
    this.owner = owner;
  }

  /** `url`: where people reach it, if not at the server's own address. */
  static async start(
    options: OwnServerOptions & { readonly url?: (server: OwnServer) => Promise<string> } = {},
  ) {
    const server = await OwnServer.start(options);
    const url = (await options.url?.(server)) ?? server.url;
    const environment = createDemoEnvironment(
      () => server.url,
      () => Date.now() + server.aheadMs,
    );
    const pending = await beginFirm(environment, {
      code: server.firstRunCode,
      firm: { name: 'Lindqvist & Partners', language: 'en', countries: ['PL'], profession: 'law' },
      person: { name: 'Anna Lindqvist' },
      password: newPassword,
    });
    const device = await complete(environment, pending);
    const { root } = await device.firm.describe();
    const { person, kitText: kit } = pending;
    const link = formatSignInLink(url, { person, root, kit });
    return new SmallFirm(server, url, root, { name: 'Anna Lindqvist', person, link, kit, device });
  }

  /** Invited, enrolled and let in. */
  async add({ name, roles }: Newcomer): Promise<Colleague> {
    const { device: owner } = this.owner;
    const { code, person } = await owner.people.invite({ name, roles });
    const environment = createDemoEnvironment(() => this.server.url, Date.now);
    const pending = await beginEnrolment(environment, { code, password: newPassword });
    const device = await complete(environment, pending);
    await owner.sync();
    const { fingerprint = '' } = await owner.people.show(person);
    await owner.people.admit({ person, fingerprint });
    await device.sync();
    const link = formatSignInLink(this.#url, { person, root: this.root, kit: pending.kitText });
    return { name, person, link, kit: pending.kitText, device };
  }

  /** A client with a room of its own in a group of its own, with documents in it; `members` are let in. */
  async addClient(
    name: string,
    documents: readonly SmallDocument[] = [],
    members: readonly Colleague[] = [],
  ): Promise<SmallClient> {
    const { vaults, clients, records, access } = this.owner.device;
    const [group] = await vaults.list();
    const { vault } = group ?? (await vaults.add({ name: 'Private clients' }));
    const { code, room } = await clients.add({ vault, name, class: 2 });
    const ids: RecordId[] = [];
    for (const document of documents) {
      const bytes = Buffer.from(document.text);
      const source = {
        name: document.name,
        sizeBytes: bytes.length,
        modifiedAtMs: Date.now(),
        read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
      };
      ids.push((await records.add({ room, source, type: 'text/plain' })).record);
    }
    for (const { person } of members)
      await access.grant({ room, person, role: 'manager', withHistory: true });
    return { code, records: ids };
  }

  async remove(): Promise<void> {
    await this.server.remove();
  }
}

async function complete(environment: DeviceEnvironment, pending: PendingStart): Promise<Device> {
  const [first, second] = pending.askGroups;
  const unlocked = await pending.complete({
    typedGroups: [pending.groups[first - 1] ?? '', pending.groups[second - 1] ?? ''],
    noteSigned: true,
  });
  const device = await openDevice(environment, unlocked);
  await device.sync();
  return device;
}

/** Makes a profile one more device of somebody. */
export async function comeIn(page: Page, { link }: Colleague): Promise<void> {
  await page.goto(link);
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}

/** Ends a lock. */
export async function comeBack(page: Page): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(newPassword);
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible({ timeout: 30_000 });
}
