/** One opening of one version: asked for once, shown only whole and verified. */
import type { RecordId } from '@strongroom/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useKeys, useKeysClient } from '../keys/keys-context.tsx';
import { followOpening } from './follow-opening.ts';
import type { Opening } from './follow-opening.ts';
import { whyUnasked } from './opening-why.ts';
import type { Why } from './opening-why.ts';

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
      void followOpening(
        async (given) => await keys.files.open({ record, version, ...given }),
        why,
        setOpening,
      );
    },
    [keys, record, version],
  );
  useEffect(() => {
    const name = `${record} ${String(version)}`;
    if (asked.current === name) return;
    asked.current = name;
    if (isAsked) setOpening({ kind: 'asking' });
    else open(whyUnasked);
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
