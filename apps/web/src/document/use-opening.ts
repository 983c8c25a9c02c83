/** One opening of one version: asked for once, shown only whole and verified. */
import type { RecordId } from '@strongroom/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useKeys, useKeysClient } from '../keys/keys-context.tsx';
import type { OpenedFile } from '../keys/contract.ts';
import type { Why } from './purpose-form.tsx';

/** Where an opening stands. */
export type Opening =
  | { readonly kind: 'asking' }
  | { readonly kind: 'opening'; readonly done: number; readonly total: number }
  | { readonly kind: 'open'; readonly file: OpenedFile }
  | { readonly kind: 'failed'; readonly error: unknown };

/** `isAsked`: the person is asked for what before; otherwise it is opened for work at once. */
export function useOpening(
  record: RecordId,
  version: number,
  isAsked: boolean,
): { readonly opening: Opening; readonly open: (why: Why) => void } {
  const keys = useKeys();
  const client = useKeysClient();
  const [opening, setOpening] = useState<Opening>({ kind: 'asking' });
  const asked = useRef('');
  const open = useCallback(
    (why: Why) => {
      setOpening({ kind: 'opening', done: 0, total: 0 });
      keys.files
        .open({ record, version, ...why })
        .then((file) => setOpening({ kind: 'open', file }))
        .catch((error: unknown) => setOpening({ kind: 'failed', error }));
    },
    [keys, record, version],
  );
  useEffect(() => {
    const name = `${record} ${String(version)}`;
    if (asked.current === name) return;
    asked.current = name;
    if (isAsked) setOpening({ kind: 'asking' });
    else open({ purpose: 'work' });
  }, [record, version, isAsked, open]);
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.event !== 'progress' || event.of !== 'open') return;
        setOpening((now) =>
          now.kind === 'opening' ? { kind: 'opening', done: event.done, total: event.total } : now,
        );
      }),
    [client],
  );
  return { opening, open };
}
