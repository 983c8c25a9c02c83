/** Why a time stamp is not good. The words are part of the contract: `strongroom ledger verify --json` gives them. */
import { IntegrityError } from '@strongroom/core';

/**
 * `der`: no DER, or not these types. `status`: the authority did not grant it. `content`: no token of a time stamp, or of a kind that is not known.
 * `imprint`: of other bytes. `nonce`: an answer to another question. `signer`: not exactly one signature, by a certificate that comes along.
 * `certificate-named`: the signed attribute names another certificate. `usage`: the certificate is not for time stamps alone.
 * `signature`: does not verify, or by an algorithm that is not accepted. `chain`: leads to no trusted authority.
 * `validity`: a certificate of the chain was not valid at the time of the stamp. `time`: the time is none, or far from our clock.
 */
export type TimeStampRefusal =
  | 'der'
  | 'status'
  | 'content'
  | 'imprint'
  | 'nonce'
  | 'signer'
  | 'certificate-named'
  | 'usage'
  | 'signature'
  | 'chain'
  | 'validity'
  | 'time';

/** @throws IntegrityError TIME_STAMP_INVALID */
export function refuse(reason: TimeStampRefusal): never {
  throw new IntegrityError('TIME_STAMP_INVALID', { reason });
}
