/** Which of the reasons that a person is told an error is. */
import type { StrongroomError } from '@strongroom/core';
import type { RefusalReason, RefusedFinding } from './findings.ts';

const bySignature: Readonly<Record<string, RefusalReason>> = {
  'no-known-key': 'unknown-key',
  'not-the-log': 'unknown-key',
  quorum: 'quorum',
};

const byProof: Readonly<Record<string, RefusalReason>> = {
  'bundle-malformed': 'bundle-malformed',
  'certificate-differs': 'certificate-differs',
  'certificate-format': 'certificate-format',
  'entry-missing': 'entry-missing',
  'file-missing': 'file-missing',
};

/** The finding of a file that was refused with an error. */
export function explain(name: string, error: StrongroomError): RefusedFinding {
  const { code, details } = error;
  const { reason, path, entry } = details;
  const where = typeof path === 'string' ? path : undefined;
  return {
    kind: 'refused',
    name,
    reason: reasonOf(code, typeof reason === 'string' ? reason : '', where),
    ...(where === undefined ? {} : { where }),
    ...(typeof entry === 'number' ? { line: entry } : {}),
  };
}

function reasonOf(code: string, reason: string, where: string | undefined): RefusalReason {
  if (code === 'SIGNATURE_INVALID') return bySignature[reason] ?? 'signature';
  if (code === 'GENESIS_MISMATCH') return 'root-differs';
  if (code === 'PROOF_INVALID') return byProof[reason] ?? (where === undefined ? 'proof' : 'difference');
  return 'format';
}
