/** Where the parts of a stored body lie: 16 segments each, part 0 with the FLOE header in front (docs/spec/requests.md section 4). */
import { floeParameters, floeSizes } from '@strongroom/core';

const segmentsPerPart = 16;
/** Bytes of a part, without the header that part 0 has in front. */
export const partBytes: number = segmentsPerPart * floeParameters.segmentSizeBytes;

/** Parts of a body of this many stored bytes. */
export function partCount(storedBytes: number): number {
  return Math.max(1, Math.ceil((storedBytes - floeSizes.header) / partBytes));
}

/** Place and exact length of a part; undefined where there is none. */
export function partPlace(
  storedBytes: number,
  part: number,
): { offsetBytes: number; sizeBytes: number } | undefined {
  if (part >= partCount(storedBytes)) return undefined;
  const offsetBytes = part === 0 ? 0 : floeSizes.header + part * partBytes;
  const endBytes = Math.min(storedBytes, floeSizes.header + (part + 1) * partBytes);
  return { offsetBytes, sizeBytes: endBytes - offsetBytes };
}
