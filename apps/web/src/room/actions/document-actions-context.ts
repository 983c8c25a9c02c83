/** What can be done with documents of the room, from any of its screens. */
import type { RecordRow } from '@strongroom/device';
import { createContext, use } from 'react';
import type { FolderPath, FolderRow } from '../folder-tree.ts';

/** A question or view that stands over the page. At most one. */
export type DocumentDialog =
  | { readonly kind: 'rename'; readonly row: RecordRow }
  | { readonly kind: 'rename-folder'; readonly folder: FolderRow }
  | { readonly kind: 'move'; readonly rows: readonly RecordRow[] }
  | { readonly kind: 'new-folder'; readonly parent: FolderPath; readonly rows: readonly RecordRow[] }
  | { readonly kind: 'history'; readonly row: RecordRow }
  | { readonly kind: 'make-newest'; readonly row: RecordRow; readonly original: RecordRow }
  | { readonly kind: 'peek'; readonly row: RecordRow }
  | { readonly kind: 'download'; readonly rows: readonly RecordRow[]; readonly name: string }
  | { readonly kind: 'hold'; readonly rows: readonly RecordRow[] }
  | { readonly kind: 'propose'; readonly rows: readonly RecordRow[] };

export interface DocumentActions {
  readonly ask: (dialog: DocumentDialog) => void;
  /** Moves at once, with a way back for ten seconds. */
  readonly move: (rows: readonly RecordRow[], into: FolderPath) => void;
  /** The same for a folder with all that lies in it. */
  readonly moveFolder: (folder: FolderRow, into: FolderPath) => void;
  /** Opens the system's picker; the file becomes the next version. */
  readonly addVersion: (row: RecordRow) => void;
  /** Documents that are being moved or renamed. */
  readonly busy: ReadonlySet<string>;
}

export const DocumentActionsContext = createContext<DocumentActions | undefined>(undefined);

export function useDocumentActions(): DocumentActions {
  const handle = use(DocumentActionsContext);
  if (handle === undefined) throw new Error('useDocumentActions outside DocumentActionsProvider');
  return handle;
}
