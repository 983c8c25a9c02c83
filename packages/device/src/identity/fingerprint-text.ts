/** A fingerprint as people compare it: 26 characters in groups of 4-4-4-4-4-6. */
import { encodeBase32 } from '@strongroom/core';

export function formatFingerprintBytes(fingerprint: Uint8Array): string {
  const text = encodeBase32(fingerprint).toUpperCase();
  return [0, 4, 8, 12, 16]
    .map((start) => text.slice(start, start + 4))
    .concat(text.slice(20))
    .join('-');
}

/** Whether a typed fingerprint is this one; spaces, dashes and case do not count. */
export function isFingerprint(fingerprint: Uint8Array, typed: string): boolean {
  return (
    formatFingerprintBytes(fingerprint).replaceAll('-', '') === typed.toUpperCase().replaceAll(/[\s-]/g, '')
  );
}
