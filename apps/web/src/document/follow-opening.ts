/** An opening from its beginning to the document, or to why there is none. */
import type { OpenedFile } from '../keys/contract.ts';
import type { Why } from './opening-why.ts';

/** Where an opening stands. It keeps what it was for: trying again asks for the same, and so does printing. */
export type Opening =
  | { readonly kind: 'asking' }
  | { readonly kind: 'opening'; readonly done: number; readonly total: number }
  | { readonly kind: 'open'; readonly file: OpenedFile; readonly why: Why }
  | { readonly kind: 'failed'; readonly error: unknown; readonly why: Why };

/** Asks once and tells each state, as long as it is wanted: another document may be looked at by then. Never throws: a failure is a state. */
export async function followOpening(
  ask: (why: Why) => Promise<OpenedFile>,
  why: Why,
  tell: (opening: Opening) => void,
  isWanted: () => boolean = () => true,
): Promise<void> {
  tell({ kind: 'opening', done: 0, total: 0 });
  let opening: Opening;
  try {
    opening = { kind: 'open', file: await ask(why), why };
  } catch (error) {
    opening = { kind: 'failed', error, why };
  }
  if (isWanted()) tell(opening);
}
