import { useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { paths } from '../app/paths.ts';
import { useKeys } from '../keys/keys-context.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { KeyBit } from '../ui/index.ts';
import type { FoundClients } from './commands/command-palette.tsx';

/** Finds clients for the palette, in the worker's index. */
export function useClientFinder(): (query: string) => Promise<FoundClients> {
  const { t } = useTexts();
  const keys = useKeys();
  const navigate = useNavigate();
  return useCallback(
    async (query) => {
      const { rows, isComplete } = await keys.device.clients.search(query, { limit: 8 });
      const clients = rows.map((row) => ({
        id: row.room,
        code: row.code,
        name: row.name ?? row.code,
        mark: <KeyBit value={row.class} label={t(`class.${row.class}`)} />,
        onOpen: () => void navigate({ to: paths.room, params: { code: row.code } }),
      }));
      return { clients, isComplete };
    },
    [keys, navigate, t],
  );
}
