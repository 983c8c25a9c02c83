import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import type { FolderPath } from '../folder-tree.ts';
import type { DragDocuments } from './drag-documents.ts';

export interface FolderBarProps {
  /** The room's name: the outermost step. */
  readonly title: string;
  readonly path: FolderPath;
  readonly onOpen: (path: FolderPath) => void;
  readonly drag: DragDocuments;
}

/** Where in the room's folders the list stands; each step opens, and takes what is dropped on it. */
export function FolderBar({ title, path, onOpen, drag }: FolderBarProps): ReactNode {
  const { t } = useTexts();
  const steps: readonly FolderPath[] = [[], ...path.map((_, depth) => path.slice(0, depth + 1))];
  return (
    <nav className="folder-bar" aria-label={t('web.room.folder.bar')}>
      <ol>
        {steps.map((step, depth) => {
          const name = step.at(-1) ?? title;
          const isCurrent = depth === steps.length - 1;
          return (
            <li key={JSON.stringify(step)} {...drag.target(step)}>
              {depth === 0 ? undefined : <ChevronRight aria-hidden="true" />}
              {isCurrent ? (
                <span aria-current="location" dir="auto">
                  {name}
                </span>
              ) : (
                <button type="button" dir="auto" onClick={() => onOpen(step)}>
                  {name}
                </button>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
