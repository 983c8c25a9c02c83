/** The places of lately with their names as the page knows them: what it does not know is left out, nothing is asked for. */
import type { ClientRow, PersonRow, RecordRow } from '@strongroom/device';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FileText, UserRound } from 'lucide-react';
import { useCallback } from 'react';
import { paths } from '../app/paths.ts';
import { deviceQueries, useKeys } from '../keys/keys-context.tsx';
import { DeedBoxGlyph } from '../ui/index.ts';
import type { Command } from './commands/command.ts';
import { readPlace, readRecent } from './recent-places.ts';

const shown = 6;

export function useRecent(): () => Promise<readonly Command[]> {
  const keys = useKeys();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useCallback(async () => {
    const clients = queries.getQueryData<readonly ClientRow[]>([deviceQueries, 'clients']) ?? [];
    const people = queries.getQueryData<readonly PersonRow[]>([deviceQueries, 'people']) ?? [];
    const here = location.pathname;
    const commands = (await readRecent(keys)).flatMap((address): Command[] => {
      const place = readPlace(address);
      if (place === undefined || here.startsWith(address)) return [];
      if (place.kind === 'person') {
        const name = people.find(({ person }) => person === place.person)?.name;
        return name === undefined
          ? []
          : [
              {
                id: address,
                label: name,
                icon: <UserRound aria-hidden="true" />,
                onRun: () => void navigate({ to: paths.person, params: { person: place.person } }),
              },
            ];
      }
      const client = clients.find(({ code }) => code === place.code);
      if (client === undefined) return [];
      const name = client.name ?? client.code;
      if (place.kind === 'room')
        return [
          {
            id: address,
            label: name,
            words: client.code,
            icon: <DeedBoxGlyph />,
            onRun: () => void navigate({ to: paths.room, params: { code: place.code } }),
          },
        ];
      const document = queries
        .getQueriesData<readonly RecordRow[]>({ queryKey: ['room-records', client.room] })
        .flatMap(([, rows]) => rows ?? [])
        .find(({ record }) => record === place.record);
      if (document === undefined || document.name === '') return [];
      return [
        {
          id: address,
          label: `${document.name} · ${name}`,
          icon: <FileText aria-hidden="true" />,
          onRun: () =>
            void navigate({ to: paths.document, params: { code: place.code, record: place.record } }),
        },
      ];
    });
    return commands.slice(0, shown);
  }, [keys, navigate, queries]);
}
