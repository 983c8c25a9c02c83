/** The whole of a screen as a place to drop files and folders, and a hook to choose them with a button. */
import { Upload } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { readChosen, readDrop } from './read-drop.ts';
import type { DroppedFile } from './read-drop.ts';
import './file-drop.css';

export interface FileDropProps {
  /** What dropping here does: `Drop to encrypt and add to Dubois Holdings`. */
  readonly label: string;
  readonly onFiles: (files: readonly DroppedFile[]) => void;
  /** A file or folder could not be read. */
  readonly onUnreadable?: ((error: unknown) => void) | undefined;
  readonly isOff?: boolean | undefined;
  readonly children: ReactNode;
}

/** Takes what is dropped anywhere in the window while it is mounted; shows so while files are over it. */
export function FileDrop({
  label,
  onFiles,
  onUnreadable,
  isOff = false,
  children,
}: FileDropProps): ReactNode {
  const [isOver, setIsOver] = useState(false);
  const depth = useRef(0);
  const latest = useRef({ onFiles, onUnreadable });
  useEffect(() => {
    latest.current = { onFiles, onUnreadable };
  });
  useEffect(() => {
    const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const enter = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth.current += 1;
      if (!isOff) setIsOver(true);
    };
    const over = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = isOff ? 'none' : 'copy';
    };
    const leave = (event: DragEvent): void => {
      if (!hasFiles(event)) return;
      depth.current = Math.max(0, depth.current - 1);
      if (depth.current === 0) setIsOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (!hasFiles(event) || event.dataTransfer === null) return;
      // Without this the browser would open the file in place of the app.
      event.preventDefault();
      depth.current = 0;
      setIsOver(false);
      if (isOff) return;
      readDrop(event.dataTransfer).then(
        (files) => latest.current.onFiles(files),
        (error: unknown) => latest.current.onUnreadable?.(error),
      );
    };
    window.addEventListener('dragenter', enter);
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragenter', enter);
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [isOff]);
  return (
    <>
      {children}
      {isOver ? (
        <div className="file-drop-overlay" role="status">
          <p>
            <Upload aria-hidden="true" />
            {label}
          </p>
        </div>
      ) : undefined}
    </>
  );
}

/** Opens the system's chooser for files or for a folder. */
export function useFileChooser(
  onFiles: (files: readonly DroppedFile[]) => void,
): (what: 'files' | 'file' | 'folder', accept?: string) => void {
  const latest = useRef(onFiles);
  useEffect(() => {
    latest.current = onFiles;
  });
  return useCallback((what, accept) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = what !== 'file';
    input.webkitdirectory = what === 'folder';
    if (accept !== undefined) input.accept = accept;
    input.addEventListener('change', () => {
      if (input.files !== null && input.files.length > 0) latest.current(readChosen(input.files));
    });
    input.click();
  }, []);
}

/** The dashed line under a list that says files can be dropped. */
export function DropLine({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <p className="drop-line">
      <Upload aria-hidden="true" />
      <span>{children}</span>
    </p>
  );
}
