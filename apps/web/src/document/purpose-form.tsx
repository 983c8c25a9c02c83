/** Asked before a Secret document is opened: for what, and why. Others are opened for work without a question. */
import type { Purpose } from '@strongroom/device';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { startSentence } from '../texts/start-sentence.ts';
import { useTexts } from '../texts/texts-context.tsx';
import { Button, NativeSelect, TextField } from '../ui/index.ts';
import { purposes, whyOf } from './opening-why.ts';
import type { Why } from './opening-why.ts';

export function PurposeForm({ onOpen }: { readonly onOpen: (why: Why) => void }): ReactNode {
  const { t, intlTag } = useTexts();
  const [purpose, setPurpose] = useState<Purpose>('work');
  const [reason, setReason] = useState('');
  const why = whyOf({ isAsked: true, purpose, reason });
  return (
    <form
      autoComplete="off"
      className="document-purpose"
      onSubmit={(event) => {
        event.preventDefault();
        if (why !== undefined) onOpen(why);
      }}
    >
      <h2>{t('web.document.secret.title')}</h2>
      <p>{t('web.document.secret.sentence')}</p>
      <NativeSelect<Purpose>
        label={t('web.document.purpose')}
        value={purpose}
        options={purposes.map((value) => ({ value, label: startSentence(t(`purpose.${value}`), intlTag) }))}
        onChange={setPurpose}
      />
      <TextField
        label={t('web.document.reason')}
        hint={t('web.document.reason.hint')}
        value={reason}
        autoFocus
        maxLength={500}
        onChange={setReason}
      />
      <Button
        type="submit"
        variant="primary"
        disabledReason={why === undefined ? t('web.document.reason.missing') : undefined}
      >
        {t('web.document.open')}
      </Button>
    </form>
  );
}
