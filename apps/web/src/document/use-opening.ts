/** One opening of one version: asked for once, shown only whole and verified. */
import type { RecordId } from '@strongroom/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useKeys, useKeysClient } from '../keys/keys-context.tsx';
import { followOpening } from './follow-opening.ts';
import type { Opening } from './follow-opening.ts';
import { whyUnasked } from './opening-why.ts';
import type { Why } from './opening-why.ts';

/** What is opened. */
interface Opened {
  readonly record: RecordId;
  readonly version: number;
  /** The version that its content came with. Another card over the same content is no reason to open it again. */
  readonly content: number;
}

/** `isAsked`: the person is asked for what before; otherwise it is opened for work at once. */
export function useOpening(
  { record, version, content }: Opened,
  isAsked: boolean,
): { readonly opening: Opening; readonly open: (why: Why) => void } {
  const keys = useKeys();
  const client = useKeysClient();
  const [opening, setOpening] = useState<Opening>({ kind: 'asking' });
  const asked = useRef('');
  const name = `${record} ${String(content)}`;
  const open = useCallback(
    (why: Why) => {
      void followOpening(
        async (given) => await keys.files.open({ record, version, ...given }),
        why,
        setOpening,
        () => asked.current === name,
      );
    },
    [keys, record, version, name],
  );
  useEffect(() => {
    if (asked.current === name) return;
    asked.current = name;
    if (isAsked) setOpening({ kind: 'asking' });
    else open(whyUnasked);
  }, [name, isAsked, open]);
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.event !== 'progress' || event.of !== 'open' || event.id !== record) return;
        setOpening((now) =>
          now.kind === 'opening' ? { kind: 'opening', done: event.done, total: event.total } : now,
        );
      }),
    [client, record],
  );
  return { opening, open };
}
