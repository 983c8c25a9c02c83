/** After the firm is founded: the finished kit to print, the first client group, and a sample room to try things out. */
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { paths } from '../app/paths.ts';
import type { Keys, StartView } from '../keys/contract.ts';
import { useKeys } from '../keys/keys-context.tsx';
import { ErrorView } from '../texts/error-view.tsx';
import { useTexts } from '../texts/texts-context.tsx';
import type { Texts } from '../texts/texts-context.tsx';
import { Button, Checkbox, TextField } from '../ui/index.ts';
import { KitSheet } from './kit-step.tsx';
import type { KitNames } from './kit-facts.ts';

const sampleFiles = ['letter', 'notes', 'todo'] as const;

export function ReadyStep({
  start,
  names,
  root,
}: {
  readonly start: StartView;
  readonly names: KitNames;
  readonly root: string;
}): ReactNode {
  const texts = useTexts();
  const { t } = texts;
  const keys = useKeys();
  const navigate = useNavigate();
  const [group, setGroup] = useState(() => t('web.start.ready.group.preset'));
  const [hasSample, setHasSample] = useState(true);
  const [error, setError] = useState<unknown>();
  const [isBusy, setIsBusy] = useState(false);
  const open = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      await prepareFirm(keys, texts, group.trim(), hasSample);
      await navigate({ to: paths.today, replace: true });
    } catch (cause) {
      setError(cause);
      setIsBusy(false);
    }
  };
  return (
    <form
      autoComplete="off"
      className="public-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy && group.trim() !== '') void open();
      }}
    >
      <KitSheet start={start} names={names} root={root} />
      <TextField
        label={t('web.start.ready.group')}
        hint={t('web.start.ready.group.hint')}
        value={group}
        maxLength={120}
        onChange={setGroup}
      />
      <Checkbox label={t('web.start.ready.sample')} isChecked={hasSample} onChange={setHasSample} />
      <ErrorView error={error} />
      {isBusy ? <p role="status">{t('web.start.ready.preparing')}</p> : undefined}
      <div className="public-actions">
        <Button
          type="submit"
          variant="primary"
          pending={isBusy}
          disabledReason={group.trim() === '' ? t('web.start.incomplete') : undefined}
        >
          {t('web.start.ready.open')}
        </Button>
      </div>
    </form>
  );
}

/** Makes the first client group, once, and the sample in it. Files go through the ordinary queue: nothing here waits for them. */
async function prepareFirm(keys: Keys, { t }: Texts, name: string, hasSample: boolean): Promise<void> {
  await keys.device.sync();
  const there = await keys.device.vaults.list();
  const vault = there[0]?.vault ?? (await keys.device.vaults.add({ name })).vault;
  if (!hasSample) return;
  const sample = t('web.start.sample.client');
  if ((await keys.device.clients.find(sample)).length > 0) return;
  const { room } = await keys.device.clients.add({ vault, name: sample });
  await keys.files.add({
    room,
    files: sampleFiles.map((id) => ({
      file: new File([t(`web.start.sample.${id}.text`), '\n'], t(`web.start.sample.${id}.name`), {
        type: 'text/plain',
      }),
      folder: id === 'todo' ? [] : [t('web.start.sample.folder')],
    })),
  });
}
