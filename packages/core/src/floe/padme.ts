import { InputError } from '../errors/index.ts';

/**
 * The Padmé length: at most 12 % longer, and it tells of the true length only O(log log) bits (Nikitin et al., PETS 2019,
 * section 4). Sizes in bytes.
 * @throws InputError INPUT_INVALID
 */
export function getPadmeLength(sizeBytes: number): number {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0 || sizeBytes > 2 ** 50)
    throw new InputError('INPUT_INVALID', { name: 'sizeBytes' });
  if (sizeBytes < 2) return sizeBytes;
  const exponent = floorLog2(sizeBytes);
  const step = 2 ** (exponent - (floorLog2(exponent) + 1));
  return step < 1 ? sizeBytes : Math.ceil(sizeBytes / step) * step;
}

function floorLog2(value: number): number {
  if (value < 1) return -1;
  let exponent = 0;
  while (2 ** (exponent + 1) <= value) exponent++;
  return exponent;
}
