/** Who besides the operator vouches for the ledgers: named by the firm, counted on this device, and what this device saw that does not go with them. */
import type { FirmWitnesses, HistoryAlarmRow } from '@strongroom/device';
import { formatList } from '@strongroom/texts';
import { Download } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { useDeviceMutation, useDeviceQuery, useKeys } from '../keys/keys-context.tsx';
import { saveBlob } from '../save-blob.ts';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import {
  Button,
  Card,
  ConfirmDialog,
  FactList,
  formatLine,
  NativeSelect,
  Skeleton,
  TextField,
  Time,
} from '../ui/index.ts';
import '../ledger/ledger-foot.css';

const hoursOffered = [1, 4, 12, 24, 48, 72, 168, 720] as const;

type Witness = FirmWitnesses['witnesses'][number];

export function WitnessesCard(): ReactNode {
  const { t } = useTexts();
  const witnesses = useDeviceQuery(['witnesses'], async (keys) => await keys.device.witnesses.list());
  const alarms = useDeviceQuery(['ledger-alarms'], async (keys) => await keys.device.ledger.alarms());
  const facts = witnesses.data;
  return (
    <Card title={t('web.settings.witnesses')} hint={t('web.settings.witnesses.hint')}>
      <ErrorView error={witnesses.error ?? alarms.error} />
      {(alarms.data ?? []).map((alarm) => (
        <Alarm key={alarm.id} alarm={alarm} />
      ))}
      {facts === undefined ? (
        witnesses.error === null ? (
          <Skeleton label={t('web.me.loading')} lines={3} />
        ) : undefined
      ) : (
        <>
          {facts.witnesses.length === 0 ? (
            <p>{t('web.room.check.no-witness')}</p>
          ) : (
            <>
              <FactList
                facts={facts.ledgers.map((ledger, place) => ({
                  id: ledger.ledger,
                  label: place === 0 ? t('web.ledger.office') : (ledger.name ?? t('web.ledger.nameless')),
                  value: <Stand ledger={ledger} waitHours={facts.waitHours} />,
                }))}
              />
              <ul className="settings-witnesses">
                {facts.witnesses.map((witness) => (
                  <WitnessItem key={witness.vkey} witness={witness} facts={facts} />
                ))}
              </ul>
              {facts.mayName ? (
                <Rule key={`${facts.quorum} ${facts.waitHours}`} facts={facts} />
              ) : (
                <p className="row-under">{t('web.settings.witnesses.rule', ruleOf(facts))}</p>
              )}
            </>
          )}
          {facts.readers === undefined ? undefined : <Readers readers={facts.readers} />}
          {facts.mayName ? <AddWitness facts={facts} /> : undefined}
        </>
      )}
    </Card>
  );
}

/** Who reads what the ledgers say beside the firm, by the server's word. */
function Readers({ readers }: { readonly readers: readonly string[] }): ReactNode {
  const { t, intlTag } = useTexts();
  return (
    <p className="row-under">
      {readers.length === 0
        ? t('web.settings.witnesses.no-readers')
        : t('web.room.check.readers', { names: formatList(intlTag, readers) })}
    </p>
  );
}

function ruleOf({ quorum, witnesses, waitHours }: FirmWitnesses): {
  readonly quorum: string;
  readonly count: string;
  readonly hours: number;
} {
  return { quorum: String(quorum), count: String(witnesses.length), hours: waitHours };
}

function Stand({
  ledger,
  waitHours,
}: {
  readonly ledger: FirmWitnesses['ledgers'][number];
  readonly waitHours: number;
}): ReactNode {
  const { t } = useTexts();
  const { size, witnessedSize, atMs, isMissing } = ledger;
  if (isMissing)
    return (
      <span className="ledger-alarm" role="alert">
        {t('web.settings.witnesses.missing', { hours: waitHours })}
      </span>
    );
  if (witnessedSize === 0) return t('web.settings.witnesses.not-yet');
  return (
    <>
      {t('web.settings.witnesses.up-to', { witnessed: formatLine(witnessedSize), size: formatLine(size) })}{' '}
      <Time atMs={atMs} />
    </>
  );
}

function WitnessItem({
  witness,
  facts,
}: {
  readonly witness: Witness;
  readonly facts: FirmWitnesses;
}): ReactNode {
  const { t } = useTexts();
  const [isEnding, setIsEnding] = useState(false);
  const name = useDeviceMutation(
    async (keys, vkeys: readonly string[]) => await keys.device.witnesses.name({ vkeys }),
  );
  const rest = facts.witnesses.map(({ vkey }) => vkey).filter((vkey) => vkey !== witness.vkey);
  return (
    <li>
      <span className="mono break-all">{witness.name}</span>
      <span className="row-under">
        {t('web.settings.witnesses.since')} <Time atMs={witness.sinceMs} format="long-date" />
      </span>
      {facts.mayName ? (
        <Button size="s" onClick={() => setIsEnding(true)}>
          {t('web.settings.witnesses.end')}
        </Button>
      ) : undefined}
      {isEnding ? (
        <ConfirmDialog
          title={t('web.settings.witnesses.end.title', { name: witness.name })}
          confirmLabel={t('web.settings.witnesses.end')}
          cancelLabel={t('web.settings.witnesses.keep')}
          isPending={name.isPending}
          error={<ErrorView error={name.error} />}
          onConfirm={() => name.mutate(rest, { onSuccess: () => setIsEnding(false) })}
          onClose={() => setIsEnding(false)}
        >
          <p>
            {t(rest.length === 0 ? 'web.settings.witnesses.end.last' : 'web.settings.witnesses.end.other')}
          </p>
        </ConfirmDialog>
      ) : undefined}
    </li>
  );
}

function Rule({ facts }: { readonly facts: FirmWitnesses }): ReactNode {
  const { t } = useTexts();
  const { quorum, waitHours, witnesses } = facts;
  const [chosenQuorum, setChosenQuorum] = useState(String(quorum));
  const [chosenHours, setChosenHours] = useState(String(waitHours));
  const set = useDeviceMutation(
    async (keys) =>
      await keys.device.witnesses.name({
        vkeys: witnesses.map(({ vkey }) => vkey),
        quorum: Number(chosenQuorum),
        waitHours: Number(chosenHours),
      }),
  );
  const hours = [...new Set([...hoursOffered, waitHours])].toSorted((left, right) => left - right);
  const isSame = Number(chosenQuorum) === quorum && Number(chosenHours) === waitHours;
  return (
    <div className="settings-row">
      <NativeSelect
        label={t('web.settings.witnesses.quorum')}
        value={chosenQuorum}
        options={witnesses.map((_, place) => ({ value: String(place + 1), label: String(place + 1) }))}
        onChange={setChosenQuorum}
      />
      <NativeSelect
        label={t('web.settings.witnesses.wait')}
        value={chosenHours}
        options={hours.map((each) => ({
          value: String(each),
          label: t('web.settings.witnesses.hours', { count: each }),
        }))}
        onChange={setChosenHours}
      />
      <Button
        pending={set.isPending}
        disabledReason={isSame ? t('web.settings.retention.same') : undefined}
        onClick={() => set.mutate(undefined)}
      >
        {t('web.settings.retention.set')}
      </Button>
      <ErrorView error={set.error} />
    </div>
  );
}

function AddWitness({ facts }: { readonly facts: FirmWitnesses }): ReactNode {
  const { t } = useTexts();
  const [vkey, setVkey] = useState('');
  const add = useDeviceMutation(
    async (keys) =>
      await keys.device.witnesses.name({
        vkeys: [...facts.witnesses.map((witness) => witness.vkey), vkey.trim()],
      }),
  );
  return (
    <form
      autoComplete="off"
      className="settings-row"
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate(undefined, { onSuccess: () => setVkey('') });
      }}
    >
      <TextField
        label={t('web.settings.witnesses.key')}
        hint={t('web.settings.witnesses.key.hint')}
        value={vkey}
        isMono
        onChange={setVkey}
      />
      <Button
        type="submit"
        pending={add.isPending}
        disabledReason={vkey.trim() === '' ? t('web.settings.witnesses.key.missing') : undefined}
      >
        {t('web.settings.witnesses.add')}
      </Button>
      <ErrorView error={add.error} />
    </form>
  );
}

function Alarm({ alarm }: { readonly alarm: HistoryAlarmRow }): ReactNode {
  const { t } = useTexts();
  const keys = useKeys();
  const [error, setError] = useState<unknown>();
  const save = async (): Promise<void> => {
    const file = await keys.device.ledger.alarmFile(alarm.id);
    saveBlob(new Blob([file], { type: 'application/json' }), `ledger-alarm-${alarm.id}.json`);
  };
  return (
    <div className="settings-alarm">
      <p className="ledger-alarm" role="alert">
        {t(`web.settings.alarm.${alarm.kind}`)} <Time atMs={alarm.atMs} />
      </p>
      <Button
        size="s"
        icon={<Download aria-hidden="true" />}
        onClick={() => {
          setError(undefined);
          save().catch(setError);
        }}
      >
        {t('web.settings.alarm.save')}
      </Button>
      <ErrorView error={error} />
    </div>
  );
}
