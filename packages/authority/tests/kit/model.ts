/**
 * A small model of who may do what, written from docs/spec/statements.md alone, without chains, keys or intervals: sets of names. The
 * properties compare it with the real folding.
 */
export type Role = 'owner' | 'administrator' | 'officer' | 'auditor' | 'opener';

export type Act =
  | { readonly do: 'suspend' | 'reinstate' | 'freezeDevice' | 'thawDevice'; readonly who: string }
  | { readonly do: 'grantRole' | 'revokeRole'; readonly who: string; readonly role: Role }
  | { readonly do: 'publish'; readonly bundle: number; readonly hash: string; readonly minimum: number }
  | { readonly do: 'raiseWall' | 'liftWall'; readonly who: string; readonly room: string }
  | {
      readonly do: 'createRoom' | 'freezeRoom' | 'thawRoom' | 'write' | 'rotate' | 'dispute';
      readonly room: string;
    }
  | { readonly do: 'grant'; readonly who: string; readonly room: string; readonly role: 'manager' | 'member' }
  | { readonly do: 'revoke'; readonly who: string; readonly room: string }
  | { readonly do: 'hold' | 'liftHold' | 'propose' | 'approve' | 'stop'; readonly room: string }
  | { readonly do: 'release'; readonly room: string };

type ModelRoom = {
  readonly grants: Map<string, 'manager' | 'member'>;
  isFrozen: boolean;
  isDue: boolean;
  hasEpoch: boolean;
  heldBy?: string;
  proposedBy?: string;
  isApproved: boolean;
};

export class Model {
  readonly people: Set<string>;
  readonly suspended: Set<string> = new Set();
  readonly frozen: Set<string> = new Set();
  readonly roles: Map<string, Set<Role>>;
  readonly walls: Set<string> = new Set();
  readonly rooms: Map<string, ModelRoom> = new Map();
  bundle: { readonly bundle: number; readonly hash: string; readonly minimum: number } | undefined;

  constructor(owner: string, others: readonly string[]) {
    this.people = new Set([owner, ...others]);
    this.roles = new Map([...this.people].map((name) => [name, new Set<Role>()]));
    this.roles.set(owner, new Set<Role>(['owner', 'administrator', 'opener']));
  }

  isValid(name: string): boolean {
    return this.people.has(name) && !this.suspended.has(name) && !this.frozen.has(name);
  }
  has(name: string, ...roles: readonly Role[]): boolean {
    return !this.suspended.has(name) && roles.some((role) => this.roles.get(name)?.has(role) === true);
  }
  roleIn(room: string, name: string): 'manager' | 'member' | undefined {
    if (this.suspended.has(name) || this.walls.has(`${name} ${room}`)) return undefined;
    return this.rooms.get(room)?.grants.get(name);
  }
  mayOpen(room: string, name: string): boolean {
    return (
      this.isValid(name) && this.rooms.get(room)?.isFrozen === false && this.roleIn(room, name) !== undefined
    );
  }

  /** Whether the act is allowed to this person; if so it is done. */
  act(by: string, act: Act): boolean {
    if (!this.isValid(by)) return false;
    const isAllowed = this.#isAllowed(by, act);
    if (isAllowed) this.#do(by, act);
    return isAllowed;
  }

  #isAllowed(by: string, act: Act): boolean {
    switch (act.do) {
      case 'suspend':
        return (
          this.has(by, 'administrator') &&
          act.who !== by &&
          this.people.has(act.who) &&
          !this.suspended.has(act.who) &&
          this.roles.get(act.who)?.has('owner') === false
        );
      case 'reinstate':
        return this.has(by, 'owner') && this.suspended.has(act.who);
      case 'freezeDevice':
        return this.has(by, 'administrator') && this.people.has(act.who) && !this.frozen.has(act.who);
      case 'thawDevice':
        return this.has(by, 'owner') && this.frozen.has(act.who);
      case 'grantRole':
        return this.has(by, 'owner') && this.roles.get(act.who)?.has(act.role) === false;
      case 'revokeRole': {
        if (!this.has(by, 'owner') || this.roles.get(act.who)?.has(act.role) !== true) return false;
        const owners = [...this.people].filter((name) => name !== act.who && this.has(name, 'owner'));
        return act.role !== 'owner' || owners.length > 0;
      }
      case 'raiseWall':
        return (
          this.has(by, 'officer', 'owner') &&
          this.people.has(act.who) &&
          !this.walls.has(`${act.who} ${act.room}`)
        );
      case 'liftWall':
        return this.has(by, 'officer', 'owner') && act.who !== by && this.walls.has(`${act.who} ${act.room}`);
      case 'createRoom':
        return this.has(by, 'opener') && !this.rooms.has(act.room);
      case 'publish': {
        if (!this.has(by, 'administrator', 'owner') || act.minimum > act.bundle) return false;
        const before = this.bundle;
        if (act.bundle > (before?.bundle ?? 0) + 1000) return false;
        if (before === undefined) return true;
        if (act.bundle > before.bundle) return act.minimum >= before.minimum;
        return act.bundle === before.bundle && act.hash === before.hash && act.minimum > before.minimum;
      }
      default:
        return this.#isAllowedInRoom(by, act);
    }
  }

  #isAllowedInRoom(by: string, act: Extract<Act, { readonly room: string }>): boolean {
    const room = this.rooms.get(act.room);
    if (room === undefined) return false;
    const own = this.roleIn(act.room, by);
    const isOfficer = this.has(by, 'officer', 'owner') && !this.walls.has(`${by} ${act.room}`);
    switch (act.do) {
      case 'freezeRoom':
        return !room.isFrozen && (own === 'manager' || isOfficer);
      case 'thawRoom':
        return room.isFrozen && isOfficer;
      case 'write':
        return own !== undefined && !room.isFrozen && room.hasEpoch;
      case 'rotate':
        return own === 'manager' || (own === 'member' && room.isDue);
      case 'dispute':
        return own !== undefined && room.hasEpoch;
      case 'grant':
        return (
          own === 'manager' &&
          act.who !== by &&
          room.hasEpoch &&
          this.people.has(act.who) &&
          !this.suspended.has(act.who) &&
          !this.walls.has(`${act.who} ${act.room}`)
        );
      case 'revoke': {
        if (!room.grants.has(act.who) || (own !== 'manager' && act.who !== by)) return false;
        const others = [...room.grants.keys()].filter(
          (name) => name !== act.who && this.roleIn(act.room, name) === 'manager',
        );
        return room.grants.get(act.who) !== 'manager' || others.length > 0 || this.has(by, 'owner');
      }
      case 'hold':
        return isOfficer && room.heldBy === undefined;
      case 'liftHold':
        return isOfficer && room.heldBy !== undefined && room.heldBy !== by;
      case 'propose':
        return (own === 'manager' || isOfficer) && room.heldBy === undefined && room.proposedBy === undefined;
      case 'approve':
        return (
          (own === 'manager' || isOfficer) &&
          room.heldBy === undefined &&
          room.proposedBy !== undefined &&
          !room.isApproved &&
          room.proposedBy !== by
        );
      case 'stop':
        return (own === 'manager' || isOfficer) && room.proposedBy !== undefined;
      case 'release':
        return this.mayOpen(act.room, by);
      default:
        return false;
    }
  }

  #do(by: string, act: Act): void {
    const room = 'room' in act ? this.rooms.get(act.room) : undefined;
    switch (act.do) {
      case 'suspend':
        this.suspended.add(act.who);
        this.#makeDue((grants) => grants.has(act.who));
        break;
      case 'reinstate':
        this.suspended.delete(act.who);
        break;
      case 'freezeDevice':
        this.frozen.add(act.who);
        break;
      case 'thawDevice':
        this.frozen.delete(act.who);
        break;
      case 'grantRole':
        this.roles.get(act.who)?.add(act.role);
        break;
      case 'revokeRole':
        this.roles.get(act.who)?.delete(act.role);
        break;
      case 'raiseWall':
        this.walls.add(`${act.who} ${act.room}`);
        if (room?.grants.has(act.who) === true) room.isDue = true;
        break;
      case 'liftWall':
        this.walls.delete(`${act.who} ${act.room}`);
        break;
      case 'publish':
        this.bundle = act;
        break;
      case 'createRoom':
        this.rooms.set(act.room, {
          grants: new Map([[by, 'manager']]),
          isFrozen: false,
          isDue: true,
          hasEpoch: false,
          isApproved: false,
        });
        break;
      case 'freezeRoom':
      case 'thawRoom':
        if (room !== undefined) room.isFrozen = act.do === 'freezeRoom';
        break;
      case 'rotate':
        if (room !== undefined) [room.isDue, room.hasEpoch] = [false, true];
        break;
      case 'dispute':
        if (room !== undefined) room.isDue = true;
        break;
      case 'grant':
        room?.grants.set(act.who, act.role);
        break;
      case 'revoke':
        room?.grants.delete(act.who);
        if (room !== undefined) room.isDue = true;
        break;
      case 'hold':
        if (room !== undefined) room.heldBy = by;
        break;
      case 'liftHold':
        delete room?.heldBy;
        break;
      case 'propose':
        if (room !== undefined) [room.proposedBy, room.isApproved] = [by, false];
        break;
      case 'approve':
        if (room !== undefined) room.isApproved = true;
        break;
      case 'stop':
        delete room?.proposedBy;
        break;
      case 'write':
      case 'release':
        break;
    }
  }

  #makeDue(isConcerned: (grants: ReadonlyMap<string, unknown>) => boolean): void {
    for (const room of this.rooms.values()) if (isConcerned(room.grants)) room.isDue = true;
  }
}
