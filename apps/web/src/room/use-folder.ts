/**
 * Which folder of the room is open. Its name never stands in the address: the address holds an id that means nothing without this
 * device's keys, so that history, bookmarks and reload work and say nothing.
 */
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';
import { paths } from '../app/paths.ts';
import { useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import type { FolderPath } from './folder-tree.ts';
import { useRoom } from './room-context.ts';

const root: FolderPath = [];

export interface OpenFolder {
  /** Undefined until the id is read. */
  readonly path: FolderPath | undefined;
  /** The id in the address means nothing on this device. */
  readonly isUnknown: boolean;
  readonly open: (path: FolderPath) => void;
}

export function useFolder(): OpenFolder {
  const keys = useKeys();
  const navigate = useNavigate();
  const { code } = useRoom();
  const { folder: id } = useSearch({ from: paths.roomDocuments });
  const read = useDeviceQuery(['opaque', id], async ({ opaque }) => (await opaque.textOf(id ?? '')) ?? null, {
    isEnabled: id !== undefined,
  });
  const path = id === undefined ? root : read.data === undefined ? undefined : parsePath(read.data);
  const open = useCallback(
    (wanted: FolderPath) => {
      const go = (folder: string | undefined): void =>
        void navigate({
          to: paths.roomDocuments,
          params: { code },
          search: ({ sort, reversed }) => ({
            ...(sort === undefined ? {} : { sort }),
            ...(reversed === undefined ? {} : { reversed }),
            ...(folder === undefined ? {} : { folder }),
          }),
        });
      if (wanted.length === 0) go(undefined);
      else void keys.opaque.idOf(JSON.stringify(wanted)).then(go);
    },
    [code, keys, navigate],
  );
  return {
    path: path ?? (id !== undefined && read.data !== undefined ? root : undefined),
    isUnknown: id !== undefined && (read.error !== null || (read.data !== undefined && path === undefined)),
    open,
  };
}

function parsePath(text: string | null): FolderPath | undefined {
  if (text === null) return undefined;
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined;
}
