/**
 * What can be printed as a document of its own: the facts of each paper, in the language it is made in. Papers are made in a worker
 * of their own, from facts that the key worker verified; nothing of them goes to the server.
 */
import type { CertificateFacts } from '@strongroom/device';
import type { Locale } from '@strongroom/texts';

/** The kit, one A4 page. */
export interface KitPaper {
  readonly kind: 'kit';
  readonly locale: Locale;
  readonly firmName?: string;
  readonly personName?: string;
  readonly person: string;
  /** Hexadecimal; absent on the first sheet of a first run. */
  readonly root?: string;
  readonly groups: readonly string[];
  readonly fingerprint: string;
  /** Shown and in the QR code; absent where the root is. */
  readonly signInLink?: string;
  /** Address of the server, in words. */
  readonly server: string;
  readonly madeAtMs: number;
  readonly timeZone: string;
}

/** A certificate of destruction. */
export interface CertificatePaper {
  readonly kind: 'certificate';
  readonly locale: Locale;
  readonly firmName: string;
  readonly clientName?: string;
  readonly vaultName?: string;
  readonly facts: CertificateFacts;
  /** Names of the persons that the facts name, by id. */
  readonly names: Readonly<Record<string, string>>;
  readonly timeZone: string;
}

/** A list of lines. */
export interface LinesPaper {
  readonly kind: 'lines';
  readonly locale: Locale;
  readonly ledgerName: string;
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  /** Line, time, sentence, person, room, note, hash. */
  readonly rows: readonly (readonly string[])[];
  /** First and last day, `YYYY-MM-DD`, or empty. */
  readonly period: readonly [from: string, to: string];
  /** The line in the office ledger that says that the list has names. */
  readonly statementLine?: number;
  readonly madeAtMs: number;
  readonly timeZone: string;
}

export type Paper = KitPaper | CertificatePaper | LinesPaper;

/** An answer of the worker. */
export type PaperAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly ok: false };
