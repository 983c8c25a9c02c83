/**
 * The allow-list: every path that a page may call, and whether it writes. The worker calls nothing that is not named here, and the page's
 * side is built from the same list. A method of the device that is not listed does not compile, so nobody opens one by accident.
 */
import type { KeysContract } from './contract.ts';

/** `read` changes nothing that others see; after a `write` everything shown is asked for again. */
export type Effect = 'read' | 'write';

/** A name for every function of T. */
export type Surface<T> = {
  readonly [K in keyof T]-?: T[K] extends (...args: never[]) => unknown ? Effect : Surface<T[K]>;
};

/** The list as it is walked. */
export interface SurfaceNode {
  readonly [name: string]: Effect | SurfaceNode;
}

export const surface: Surface<KeysContract> = {
  session: {
    state: 'read',
    beginFirm: 'read',
    beginEnrolment: 'read',
    completeStart: 'read',
    discardStart: 'read',
    addDevice: 'read',
    beginAdoption: 'read',
    checkAdoption: 'read',
    completeAdoption: 'read',
    discardAdoption: 'read',
    unlock: 'read',
    lock: 'read',
    touch: 'read',
    signOut: 'read',
    forgetDevice: 'read',
    setIdleLimit: 'read',
    offerTicket: 'read',
  },
  device: {
    sync: 'read',
    doctor: 'read',
    firm: { describe: 'read' },
    people: {
      invite: 'write',
      withdraw: 'write',
      list: 'read',
      show: 'read',
      preview: 'read',
      compareFingerprint: 'read',
      rename: 'write',
      admit: 'write',
      suspend: 'write',
      reinstate: 'write',
      grantRole: 'write',
      revokeRole: 'write',
    },
    vaults: { add: 'write', rename: 'write', list: 'read' },
    clients: {
      add: 'write',
      update: 'write',
      profile: 'read',
      list: 'read',
      follow: 'read',
      find: 'read',
      search: 'read',
      match: 'read',
    },
    records: { update: 'write', updateMany: 'write', history: 'read', openings: 'read', list: 'read' },
    access: {
      preview: 'read',
      previewRevoke: 'read',
      list: 'read',
      grant: 'write',
      revoke: 'write',
      freeze: 'write',
      thaw: 'write',
      setClass: 'write',
    },
    holds: { place: 'write', lift: 'write', list: 'read' },
    walls: { lift: 'write', list: 'read' },
    disposals: {
      propose: 'write',
      approve: 'write',
      stop: 'write',
      list: 'read',
      waiting: 'read',
      certificate: 'read',
    },
    ledger: {
      page: 'read',
      status: 'read',
      lines: 'read',
      verify: 'read',
      receipt: 'read',
      policy: 'read',
      witnessing: 'read',
      report: 'write',
      retention: 'read',
      setRetention: 'write',
      proposeErasing: 'write',
      alarms: 'read',
      alarmFile: 'read',
    },
    devices: {
      list: 'read',
      revoke: 'write',
      previewAdoption: 'read',
      adopt: 'write',
      acknowledge: 'write',
    },
    witnesses: { list: 'read', readers: 'read', name: 'write' },
    bundles: { publish: 'write', list: 'read', newest: 'read', check: 'read' },
    mine: {
      openings: 'read',
      reconcile: 'write',
      disputes: 'read',
      closeDispute: 'write',
      records: 'read',
      kit: 'read',
    },
    preferences: { read: 'read', write: 'read', list: 'read' },
    today: { list: 'read' },
  },
  files: {
    add: 'read',
    addVersion: 'read',
    queue: 'read',
    pause: 'read',
    resume: 'read',
    abandon: 'read',
    clearDone: 'read',
    provide: 'read',
    open: 'read',
    makeNewest: 'read',
    zip: 'read',
    exportLedger: 'read',
  },
  import: { readClients: 'read', startClients: 'read', stop: 'read' },
  opaque: { idOf: 'read', textOf: 'read' },
  connection: { state: 'read', syncNow: 'read', devicesSeen: 'read' },
};

/** The paths of a list, `device.clients.list`, with their effects. */
export function listPaths(node: SurfaceNode, prefix = ''): ReadonlyMap<string, Effect> {
  const paths = new Map<string, Effect>();
  for (const [name, below] of Object.entries(node)) {
    if (typeof below === 'string') paths.set(prefix + name, below);
    else for (const [path, effect] of listPaths(below, `${prefix}${name}.`)) paths.set(path, effect);
  }
  return paths;
}
