/** Importing a client list: choose it, see what was understood, start, and read the report. An import goes on when this page is left. */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import { useKeys, useKeysClient } from '../keys/keys-context.tsx';
import type { ClientsFile, ImportField } from '../keys/contract.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import { Breadcrumbs, Button, FileDrop, Skeleton, useFileChooser } from '../ui/index.ts';
import type { DroppedFile } from '../ui/index.ts';
import { ImportPreview } from './import/import-preview.tsx';
import { ImportReport } from './import/import-report.tsx';
import './clients.css';
import './import/import.css';

const accepted = '.csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain';

/** A list as it was chosen, and how it is to be read. */
interface Chosen {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly encoding?: string;
  readonly separator?: string;
  readonly columns?: readonly (ImportField | null)[];
}

export function ImportClientsPage(): ReactNode {
  const { t } = useTexts();
  const { job } = useSearch({ from: paths.importClients });
  const navigate = useNavigate();
  const client = useKeysClient();
  const { jobs } = useSyncExternalStore(client.watch, client.snapshot);
  // One that was begun in another tab, or before a reload of an address without it.
  const running = [...jobs.values()].find(({ state }) => state === 'running')?.job;
  const shown = job ?? running;
  return (
    <div className="import">
      <title>{t('web.clients.import')}</title>
      <div className="only-wide">
        <Breadcrumbs
          label={t('web.clients.import.crumbs')}
          items={[
            {
              id: 'clients',
              label: t('web.clients.heading'),
              render: (props) => <Link to={paths.clients} {...props} />,
            },
            { id: 'import', label: t('web.clients.import') },
          ]}
        />
      </div>
      <h1>{t('web.clients.import.heading')}</h1>
      {shown === undefined ? (
        <ChooseList
          onStarted={(started) =>
            void navigate({ to: paths.importClients, search: { job: started }, replace: true })
          }
        />
      ) : (
        <ImportReport job={shown} />
      )}
    </div>
  );
}

function ChooseList({ onStarted }: { readonly onStarted: (job: string) => void }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined);
  const [file, setFile] = useState<ClientsFile | undefined>(undefined);
  const [isReading, setIsReading] = useState(false);
  const [error, setError] = useState<unknown>(undefined);

  const read = async (wanted: Chosen): Promise<void> => {
    setIsReading(true);
    setError(undefined);
    try {
      const { name: _name, ...options } = wanted;
      const found = await keys.import.readClients(options);
      setChosen(wanted);
      setFile(found);
    } catch (cause) {
      setError(cause);
    } finally {
      setIsReading(false);
    }
  };
  const take = async (dropped: readonly DroppedFile[]): Promise<void> => {
    const first = dropped[0]?.file;
    if (first === undefined) return;
    try {
      await read({ name: first.name, bytes: new Uint8Array(await first.arrayBuffer()) });
    } catch (cause) {
      setError(cause);
    }
  };
  const choose = useFileChooser((files) => void take(files));
  return (
    <FileDrop
      label={t('web.clients.import.drop')}
      onFiles={(files) => void take(files)}
      onUnreadable={setError}
    >
      <p className="import-sentence">{t('web.clients.import.sentence')}</p>
      <ErrorView error={error} />
      {chosen !== undefined && file !== undefined ? (
        <ImportPreview
          key={`${chosen.name} ${String(chosen.bytes.length)}`}
          name={chosen.name}
          file={file}
          isReading={isReading}
          onRead={(change) => void read({ ...chosen, ...change })}
          onChooseAnother={() => choose('file', accepted)}
          onStarted={onStarted}
        />
      ) : isReading ? (
        <Skeleton label={t('web.clients.import.reading')} lines={6} />
      ) : (
        <div className="import-drop">
          <p className="import-drop-title">{t('web.clients.import.drop-here')}</p>
          <p className="muted">{t('web.clients.import.kinds')}</p>
          <Button variant="primary" onClick={() => choose('file', accepted)}>
            {t('web.clients.import.choose')}
          </Button>
        </div>
      )}
    </FileDrop>
  );
}
