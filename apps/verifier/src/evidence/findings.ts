/** What checking files comes to. Facts only: the words are the catalogues'. */
import type { BodyKind } from '@strongroom/authority';

/** A file that a person picked, by its path below what was picked. */
export interface PickedFile {
  readonly path: string;
  read(): Promise<Uint8Array>;
}

/** What a person knows from elsewhere. */
export interface GivenTrust {
  /** A ledger's key (`name+id+key`), or a whole trust file. */
  readonly policy?: string;
  /** The firm's root as it is printed on a kit. */
  readonly root?: string;
}

/**
 * Where the keys came from: a root or a policy that was handed in (`given`); the very files that are checked (`own`): then they agree
 * with themselves, and whoever made all of them could have made others.
 */
export type TrustSource = 'root' | 'policy' | 'own';

/** A signed head of a ledger. */
export interface HeadFacts {
  readonly origin: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly root: string;
  readonly keyId: string;
  /** Names of the witnesses of the policy that cosigned, and how many the policy knows. */
  readonly cosigners: readonly string[];
  readonly witnesses: number;
}

/** One line, as its entry says. */
export interface LineFacts {
  readonly index: number;
  /** Leaf hash, hexadecimal. */
  readonly hash: string;
  readonly kind: BodyKind;
  readonly atMs: number;
  readonly who: string;
  readonly room: string;
  readonly what: readonly string[];
  readonly facts: Readonly<Record<string, string | number>>;
  /** Of a `destroyed` line. */
  readonly destroyed?: DestroyedFacts;
}

/** What a `destroyed` line says. */
export interface DestroyedFacts {
  readonly disposal: string;
  readonly items: readonly DestroyedItem[];
  readonly generation: number;
  readonly level: string;
  readonly second?: 'current' | 'absent';
}

/** A key that was destroyed. */
export interface DestroyedItem {
  readonly record: string;
  readonly version: number;
  readonly part: string;
  readonly slot: number;
}

/** A line is in a signed ledger. */
export interface ReceiptFinding {
  readonly kind: 'receipt';
  readonly name: string;
  readonly trust: TrustSource;
  readonly head: HeadFacts;
  readonly line: LineFacts;
}

/** A disposal went through, and its lines say what the certificate says. */
export interface CertificateFinding {
  readonly kind: 'certificate';
  readonly name: string;
  readonly trust: TrustSource;
  readonly head: HeadFacts;
  readonly firm: string;
  /** Hash of genesis, where the certificate brings it. */
  readonly firmRoot?: string;
  readonly vault: string;
  readonly room: string;
  readonly destroyed: DestroyedFacts;
  /** Proposed, approved, begun, done. */
  readonly steps: readonly { readonly index: number; readonly atMs: number; readonly device: string }[];
  readonly horizonDays: number;
  readonly residuals: readonly string[];
}

/** A ledger is whole and unchanged, and every line was judged by the rules. */
export interface LedgerFinding {
  readonly kind: 'ledger';
  readonly name: string;
  readonly trust: TrustSource;
  readonly head: HeadFacts;
  /** Hash of the first line of the office's ledger. */
  readonly firmRoot?: string;
  readonly voids: number;
  /** Lines that the rules call void and the warden did not refuse. */
  readonly disagreements: readonly { readonly index: number; readonly code: string }[];
  /** False where the office's ledger is not there, which says who may. */
  readonly isJudged: boolean;
}

/** The proof leads from the line to the head, but no key is known whose signature could be checked. */
export interface UnsignedFinding {
  readonly kind: 'unsigned';
  readonly name: string;
  readonly head: HeadFacts;
  readonly line: LineFacts;
}

/** Two signed heads of one ledger contradict each other. */
export interface ForkFinding {
  readonly kind: 'fork';
  readonly origin: string;
  readonly size: number;
  readonly names: readonly [string, string];
}

/** Why something is refused. */
export type RefusalReason =
  | 'bundle-malformed'
  | 'certificate-differs'
  | 'certificate-format'
  | 'difference'
  | 'entry-missing'
  | 'file-missing'
  | 'format'
  | 'no-checkpoint'
  | 'policy-format'
  | 'proof'
  | 'quorum'
  | 'root-differs'
  | 'root-format'
  | 'signature'
  | 'unknown-key'
  | 'unreadable';

/** Something that does not show what it should. */
export interface RefusedFinding {
  readonly kind: 'refused';
  readonly name: string;
  readonly reason: RefusalReason;
  /** The first difference: a file of an export, a field of a certificate. */
  readonly where?: string;
  /** The first line that it concerns. */
  readonly line?: number;
}

/** One thing that checking came to. */
export type Finding =
  | ReceiptFinding
  | CertificateFinding
  | LedgerFinding
  | UnsignedFinding
  | ForkFinding
  | RefusedFinding;
