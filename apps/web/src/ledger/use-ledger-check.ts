/** Replays a whole ledger on this device: every entry fetched, the root computed anew, each entry judged anew. */
import type { LedgerVerification } from '@strongroom/device';
import type { StrongroomError, VaultId } from '@strongroom/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { nowMs } from '../clock.ts';
import { useKeysClient } from '../keys/keys-context.tsx';

export interface LedgerCheck {
  readonly start: () => void;
  readonly isRunning: boolean;
  readonly progress: { readonly done: number; readonly total: number } | undefined;
  readonly result: (LedgerVerification & { readonly checkedAtMs: number }) | undefined;
  readonly error: StrongroomError | null;
}

export function useLedgerCheck(ledger: VaultId): LedgerCheck {
  const client = useKeysClient();
  const [progress, setProgress] = useState<LedgerCheck['progress']>();
  const check = useMutation<LedgerVerification & { readonly checkedAtMs: number }, StrongroomError>({
    mutationFn: async () => ({
      ...(await client.keys.device.ledger.verify({ ledger })),
      checkedAtMs: nowMs(),
    }),
    networkMode: 'always',
  });
  useEffect(
    () =>
      client.subscribe((event) => {
        if (event.event === 'progress' && event.of === 'verify' && event.id === ledger)
          setProgress({ done: event.done, total: event.total });
      }),
    [client, ledger],
  );
  return {
    start: () => {
      setProgress(undefined);
      check.mutate();
    },
    isRunning: check.isPending,
    progress,
    result: check.data,
    error: check.error,
  };
}
