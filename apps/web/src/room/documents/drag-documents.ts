/** Dragging rows of a room onto its folders. What is dragged stays in the page: a drop outside gets nothing, not even a name. */
import type { RecordRow } from '@strongroom/device';
import type { DragEvent } from 'react';
import { useRef, useState } from 'react';
import { isSamePath, isWithin } from '../folder-tree.ts';
import type { FolderPath, FolderRow } from '../folder-tree.ts';

/** What is under way. */
type Dragged =
  | { readonly kind: 'documents'; readonly rows: readonly RecordRow[] }
  | { readonly kind: 'folder'; readonly folder: FolderRow };

const dragType = 'application/x-strongroom-rows';

export interface DragDocuments {
  /** Makes a row a source. */
  source(what: Dragged): {
    readonly draggable: true;
    readonly onDragStart: (event: DragEvent) => void;
    readonly onDragEnd: () => void;
  };
  /** Makes a folder, or a step of the path, a target. */
  target(path: FolderPath): {
    readonly 'data-drop': '' | undefined;
    readonly onDragOver: (event: DragEvent) => void;
    readonly onDragLeave: () => void;
    readonly onDrop: (event: DragEvent) => void;
  };
}

export function useDragDocuments(options: {
  readonly onMove: (rows: readonly RecordRow[], into: FolderPath) => void;
  readonly onMoveFolder: (folder: FolderRow, into: FolderPath) => void;
}): DragDocuments {
  const dragged = useRef<Dragged>(undefined);
  const [over, setOver] = useState<string>();
  const fits = (path: FolderPath): boolean => {
    const what = dragged.current;
    if (what === undefined) return false;
    if (what.kind === 'documents') return what.rows.some((row) => !isSamePath(row.folder, path));
    // A folder goes neither into itself nor to where it is.
    return !isWithin(path, what.folder.path) && !isSamePath(path, what.folder.path.slice(0, -1));
  };
  return {
    source: (what) => ({
      draggable: true,
      onDragStart: (event) => {
        dragged.current = what;
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData(dragType, '');
      },
      onDragEnd: () => {
        dragged.current = undefined;
        setOver(undefined);
      },
    }),
    target: (path) => ({
      'data-drop': over === JSON.stringify(path) ? '' : undefined,
      onDragOver: (event) => {
        if (!fits(path)) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = 'move';
        setOver(JSON.stringify(path));
      },
      onDragLeave: () => setOver(undefined),
      onDrop: (event) => {
        const what = dragged.current;
        setOver(undefined);
        if (what === undefined || !fits(path)) return;
        event.preventDefault();
        dragged.current = undefined;
        if (what.kind === 'documents') options.onMove(what.rows, path);
        else options.onMoveFolder(what.folder, path);
      },
    }),
  };
}
