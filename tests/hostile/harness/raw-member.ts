/** A malicious member's own program: his session, his keys out of his own device, and whatever calls he likes. */
import {
  decodeEntry,
  emptyChain,
  entryHash,
  extendChain,
  signBody,
  signRequest,
} from '@strongroom/authority';
import type { Body, BodySigner, ChainHead, Entry, OpenRequest, RequestedPart } from '@strongroom/authority';
import { compareBytes, encodeUtf8, officeId } from '@strongroom/core';
import type { DeviceId, Engine, PersonId, VaultId } from '@strongroom/core';
import { parseCheckpoint, parseNote } from '@strongroom/ledger';
import { endpoints } from '@strongroom/protocol';
import type { EndpointName } from '@strongroom/protocol';
import type { TransportResponse } from '@strongroom/device';
import type { DeviceHome } from './device-home.ts';
import type { AnswerOf, BodyOf } from './hostile-server.ts';
import type { RealFirm } from './real-firm.ts';

/** What he knows of a chain, and where its ledger stands. */
export interface KnownChain {
  readonly head: ChainHead;
  readonly entries: readonly Entry[];
  readonly size: number;
  readonly root: Uint8Array;
}

export class RawMember {
  readonly firm: RealFirm;
  readonly engine: Engine;
  readonly device: DeviceId;
  readonly person: PersonId;
  readonly seed: Uint8Array;
  readonly session: string;

  private constructor(parts: Pick<RawMember, 'firm' | 'engine' | 'device' | 'person' | 'seed' | 'session'>) {
    this.firm = parts.firm;
    this.engine = parts.engine;
    this.device = parts.device;
    this.person = parts.person;
    this.seed = parts.seed;
    this.session = parts.session;
  }

  /** Takes the keys out of a device: the seed is the one whose public half the person's enrolment names. */
  static async of(firm: RealFirm, home: DeviceHome): Promise<RawMember> {
    const { device, person } = (await home.device()).me;
    const { engine } = home.environment;
    const member = new RawMember({
      firm,
      engine,
      device,
      person,
      seed: new Uint8Array(32),
      session: home.session,
    });
    const chains = [await member.readChain(officeId, person), await member.readChain(officeId, 'firm')];
    const named = chains
      .flatMap(({ entries }) => entries)
      .flatMap(({ body }) => (body.k === 'person.enrolled' || body.k === 'firm.created' ? [body.device] : []))
      .find(({ id }) => id === device);
    for (const seed of home.tap.secrets('signing')) {
      const publicKey = await engine.ed25519PublicKey(seed);
      if (named !== undefined && compareBytes(publicKey, named.sign) === 0)
        return new RawMember({ firm, engine, device, person, seed, session: home.session });
    }
    throw new Error('the device signed nothing yet');
  }

  /** Any call, encoded by its schema. */
  async call<N extends EndpointName>(name: N, path: string, body?: BodyOf<N>): Promise<TransportResponse> {
    const { method, input } = endpoints[name];
    const bytes =
      body === undefined
        ? undefined
        : encodeUtf8(JSON.stringify((input as unknown as { encode(value: unknown): unknown }).encode(body)));
    return await this.firm.honest.send({
      method,
      path,
      headers: { authorization: `Bearer ${this.session}`, 'content-type': 'application/json' },
      ...(bytes === undefined ? {} : { body: bytes }),
    });
  }

  /** The entries of a chain that he may read. */
  async readChain(ledger: VaultId, chain: string): Promise<KnownChain> {
    const response = await this.call('sync', '/v1/sync', {
      ledger,
      chains: [[chain, 0]],
      known: { office: 0 },
    });
    const text = new TextDecoder().decode(response.body);
    if (response.status !== 200) throw new Error(`sync: ${text}`);
    const answer: AnswerOf<'sync'> = endpoints.sync.output.parse(JSON.parse(text));
    let head = emptyChain;
    const entries: Entry[] = [];
    for (const { entry } of answer.entries) {
      head = extendChain(this.engine, head, entryHash(this.engine, entry));
      entries.push(decodeEntry(entry));
    }
    const { size, root } = parseCheckpoint(parseNote(answer.checkpoint).text);
    return { head, entries, size, root };
  }

  /** Signs a statement in the next place of a chain and hands it in. `change` is set last, `signer` signs for him. */
  async submit(
    ledger: VaultId,
    chain: string,
    fields: Readonly<Record<string, unknown>>,
    options: { readonly attachments?: Uint8Array[]; readonly signer?: BodySigner } = {},
  ): Promise<TransportResponse> {
    const { head, size, root } = await this.readChain(ledger, chain);
    const office = ledger === officeId ? { size, root } : await this.readChain(officeId, 'firm');
    const o = [0, office.size, office.root];
    const body = {
      l: ledger,
      d: this.device,
      t: this.firm.clock.nowMs(),
      pos: ledger === officeId ? { o } : { o, v: [0, size, root] },
      c: [chain, head.n, head.head],
      ...fields,
    } as unknown as Body;
    const signer = options.signer ?? { id: this.device, seed: this.seed };
    const signed = await signBody(this.engine, { body, signers: [signer] });
    return await this.call('submitEntry', `/v1/ledgers/${ledger}/entries`, {
      body: signed.body,
      sigs: signed.sigs.map(([id, signature]): [string, Uint8Array] => [id, signature]),
      attachments: options.attachments ?? [],
      known: { office: 0 },
    });
  }

  /** Signs a request to open parts, and hands it in with any session. */
  async openParts(
    vault: VaultId,
    parts: readonly RequestedPart[],
    change: Partial<OpenRequest> = {},
  ): Promise<TransportResponse> {
    const office = await this.readChain(officeId, 'firm');
    const request: OpenRequest = {
      k: 'open',
      l: vault,
      d: this.device,
      t: this.firm.clock.nowMs(),
      nonce: this.engine.randomBytes(16),
      pos: { o: [0, office.size, office.root], v: [0, 0, this.engine.sha256()] },
      pk: await this.engine.hpkePublicKey(this.engine.randomBytes(32)),
      purpose: 'work',
      parts,
      ...change,
    };
    const signed = await signRequest(this.engine, { request, seed: this.seed });
    return await this.call('release', `/v1/vaults/${vault}/releases`, { request: signed });
  }
}
