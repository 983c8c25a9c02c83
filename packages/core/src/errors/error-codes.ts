/**
 * Every error code of Strongroom with the class that says whose fault it is. Codes are part of the contract: screens and
 * scripts match on them, so a code is never renamed and never reused. Sorted by class, then by code.
 */
export type ErrorClass = 'Input' | 'Access' | 'Conflict' | 'Limit' | 'Crypto' | 'Integrity' | 'Dependency';

export const errorCodes = [
  { code: 'CBOR_INVALID', class: 'Input' },
  { code: 'ENCODING_INVALID', class: 'Input' },
  { code: 'FORMAT_INVALID', class: 'Input' },
  { code: 'ID_INVALID', class: 'Input' },
  { code: 'INPUT_INVALID', class: 'Input' },
  { code: 'KIT_INVALID', class: 'Input' },

  { code: 'SLOT_PUNCTURED', class: 'Access' },

  { code: 'LIMIT_EXCEEDED', class: 'Limit' },

  { code: 'DECRYPT_FAILED', class: 'Crypto' },

  { code: 'KEY_INVALID', class: 'Integrity' },
  { code: 'PARAMETERS_REFUSED', class: 'Integrity' },
  { code: 'PROOF_INVALID', class: 'Integrity' },
  { code: 'SIGNATURE_INVALID', class: 'Integrity' },
  { code: 'STATE_INVALID', class: 'Integrity' },
  { code: 'SUITE_REFUSED', class: 'Integrity' },

  { code: 'ENGINE_FAILED', class: 'Dependency' },
  { code: 'SELF_TEST_FAILED', class: 'Dependency' },
] as const;

/** A stable error code. */
export type ErrorCode = (typeof errorCodes)[number]['code'];

/** The codes of one class. */
export type ErrorCodeOf<C extends ErrorClass> = Extract<
  (typeof errorCodes)[number],
  { readonly class: C }
>['code'];
