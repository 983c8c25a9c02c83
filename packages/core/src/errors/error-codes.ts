/**
 * Every error code of Strongroom with the class that says whose fault it is. Codes are part of the contract: screens and
 * scripts match on them, so a code is never renamed and never reused. Sorted by class, then by code.
 */
export type ErrorClass = 'Input' | 'Access' | 'Conflict' | 'Limit' | 'Crypto' | 'Integrity' | 'Dependency';

export const errorCodes = [
  { code: 'CBOR_INVALID', class: 'Input' },
  { code: 'CONFIG_INVALID', class: 'Input' },
  { code: 'ENCODING_INVALID', class: 'Input' },
  { code: 'ENVIRONMENT_INVALID', class: 'Input' },
  { code: 'FORMAT_INVALID', class: 'Input' },
  { code: 'ID_INVALID', class: 'Input' },
  { code: 'INPUT_INVALID', class: 'Input' },
  { code: 'KIT_INVALID', class: 'Input' },
  { code: 'PART_INVALID', class: 'Input' },
  { code: 'PLAINTEXT_BEYOND_LOOPBACK', class: 'Input' },
  { code: 'REQUEST_INVALID', class: 'Input' },

  { code: 'ACCESS_DENIED', class: 'Access' },
  { code: 'ENTRY_REFUSED', class: 'Access' },
  { code: 'FIRST_RUN_CODE_INVALID', class: 'Access' },
  { code: 'HOST_REFUSED', class: 'Access' },
  { code: 'INVITATION_INVALID', class: 'Access' },
  { code: 'NOT_FOUND', class: 'Access' },
  { code: 'SESSION_REQUIRED', class: 'Access' },
  { code: 'SIGN_IN_REFUSED', class: 'Access' },
  { code: 'SLOT_PUNCTURED', class: 'Access' },
  { code: 'STEP_UP_REQUIRED', class: 'Access' },

  { code: 'CHAIN_CONFLICT', class: 'Conflict' },
  { code: 'CODE_TAKEN', class: 'Conflict' },
  { code: 'FIRM_EXISTS', class: 'Conflict' },
  { code: 'INTAKE_KEY_OLD', class: 'Conflict' },
  { code: 'KEYRING_CONFLICT', class: 'Conflict' },
  { code: 'REQUEST_REPLAYED', class: 'Conflict' },
  { code: 'REQUEST_STALE', class: 'Conflict' },
  { code: 'UPLOAD_INCOMPLETE', class: 'Conflict' },
  { code: 'VERSION_CONFLICT', class: 'Conflict' },

  { code: 'LIMIT_EXCEEDED', class: 'Limit' },
  { code: 'RATE_LIMITED', class: 'Limit' },
  { code: 'UPLOAD_LIMIT', class: 'Limit' },

  { code: 'DECRYPT_FAILED', class: 'Crypto' },

  { code: 'BODY_MISMATCH', class: 'Integrity' },
  { code: 'KEY_INVALID', class: 'Integrity' },
  { code: 'LEDGER_FORKED', class: 'Integrity' },
  { code: 'PARAMETERS_REFUSED', class: 'Integrity' },
  { code: 'PROOF_INVALID', class: 'Integrity' },
  { code: 'SIGNATURE_INVALID', class: 'Integrity' },
  { code: 'STATE_INVALID', class: 'Integrity' },
  { code: 'SUITE_REFUSED', class: 'Integrity' },

  { code: 'DATABASE_FAILED', class: 'Dependency' },
  { code: 'DATABASE_NEWER', class: 'Dependency' },
  { code: 'DISK_FULL', class: 'Dependency' },
  { code: 'ENGINE_FAILED', class: 'Dependency' },
  { code: 'HOME_IN_USE', class: 'Dependency' },
  { code: 'HOME_NOT_WRITABLE', class: 'Dependency' },
  { code: 'INTERNAL_ERROR', class: 'Dependency' },
  { code: 'NODE_TOO_OLD', class: 'Dependency' },
  { code: 'PORT_IN_USE', class: 'Dependency' },
  { code: 'RESTORE_MODE', class: 'Dependency' },
  { code: 'SELF_TEST_FAILED', class: 'Dependency' },
  { code: 'WARDEN_UNAVAILABLE', class: 'Dependency' },
  { code: 'WARDEN_WAITING', class: 'Dependency' },
] as const;

/** A stable error code. */
export type ErrorCode = (typeof errorCodes)[number]['code'];

/** The codes of one class. */
export type ErrorCodeOf<C extends ErrorClass> = Extract<
  (typeof errorCodes)[number],
  { readonly class: C }
>['code'];
