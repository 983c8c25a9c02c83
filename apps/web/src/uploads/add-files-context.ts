/** Adding files to the room of the page: every button, empty list and drop goes this one way. */
import { createContext, use } from 'react';
import type { FileToAdd } from '../keys/contract.ts';

export interface AddFiles {
  /** Opens the system's picker; chosen files go into `folder`. */
  readonly chooseFiles: (folder: readonly string[]) => void;
  /** The same for whole folders. */
  readonly chooseFolder: (folder: readonly string[]) => void;
  /** Adds what is at hand; asks where a name is taken. */
  readonly add: (files: readonly FileToAdd[]) => void;
  /** Why nothing can be added now; absent: it can. */
  readonly disabledReason?: string;
  /** The folder that is open on the page: where a drop goes. */
  readonly setOpenFolder: (folder: readonly string[]) => void;
}

export const AddFilesContext = createContext<AddFiles | undefined>(undefined);

/** How to add files here. */
export function useAddFiles(): AddFiles {
  const handle = use(AddFilesContext);
  if (handle === undefined) throw new Error('useAddFiles outside AddFilesProvider');
  return handle;
}
