/** The rules of statements about openings that a device and a ledger tell differently (docs/spec/statements.md section 4). */
import { compareBytes, encodeHex } from '@strongroom/core';
import type { DeviceId } from '@strongroom/core';
import type { OpeningDisputed } from '../bodies/index.ts';
import { entryHash } from '../entries/index.ts';
import { isFirmOfOne } from '../state/index.ts';
import { beginHere, endHere, getSigner, signerHas } from './context.ts';
import type { Context, Rules } from './context.ts';
import type { VoidCode } from './verdict.ts';

/** How many open disputes one person may have: that many are an alarm already. */
export const disputesPerPersonMax = 200;

/** Rules about disputed openings. */
export const disputeRules: Rules<'opening.disputed' | 'dispute.closed'> = {
  'opening.disputed': {
    check: checkDispute,
    apply(context, body) {
      const { engine, entry, office } = context;
      const { what, vault, index, hash } = body;
      office.disputes ??= new Map();
      office.disputes.set(encodeHex(entryHash(engine, entry.bytes)), {
        what,
        person: getSigner(context),
        device: body.d as DeviceId,
        vault,
        index,
        hash,
        life: beginHere(context),
      });
    },
  },
  'dispute.closed': {
    check(context, body) {
      const { office, moment, person } = context;
      if (!signerHas(context, 'administrator', 'owner')) return 'VOID_RIGHT';
      const dispute = office.disputes?.get(encodeHex(body.dispute));
      if (dispute === undefined || dispute.life.to !== undefined) return 'VOID_STATE';
      return dispute.person === person && !isFirmOfOne(office, moment.at) ? 'VOID_RIGHT' : undefined;
    },
    apply(context, body) {
      endHere(context, context.office.disputes?.get(encodeHex(body.dispute))?.life);
    },
  },
};

function checkDispute(context: Context, body: OpeningDisputed): VoidCode | undefined {
  const { office, person } = context;
  if (body.vault !== body.l && !office.vaults.has(body.vault)) return 'VOID_STATE';
  const own = [...(office.disputes?.values() ?? [])].filter((dispute) => dispute.person === person);
  const isKnown = own.some(
    ({ what, vault, index, hash }) =>
      what === body.what &&
      vault === body.vault &&
      index === body.index &&
      compareBytes(hash, body.hash) === 0,
  );
  if (isKnown) return 'VOID_STATE';
  const open = own.filter(({ life }) => life.to === undefined);
  return open.length >= disputesPerPersonMax ? 'VOID_LIMIT' : undefined;
}
