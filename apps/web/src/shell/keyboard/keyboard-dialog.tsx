/** Every key of the app, and the switch for single letters. */
import type { ReactNode } from 'react';
import { useTexts } from '../../texts/texts-context.tsx';
import { Checkbox, Dialog, Kbd } from '../../ui/index.ts';
import type { Command } from '../commands/command.ts';
import { places } from '../places.ts';
import { setLettersOn, useLettersOn } from './letters.ts';
import { commandKeyName } from './use-keyboard.ts';
import './keyboard-dialog.css';

export function KeyboardDialog({
  here,
  onClose,
}: {
  /** What the screen offers; those with a letter are listed. */
  readonly here: readonly Command[];
  readonly onClose: () => void;
}): ReactNode {
  const { t } = useTexts();
  const isOn = useLettersOn();
  const sections = [
    {
      id: 'anywhere',
      title: t('web.shell.keys.anywhere'),
      keys: [
        [`${commandKeyName()} K`, t('web.shell.find')],
        ['/', t('web.shell.keys.search')],
        ['u', t('web.shell.keys.undo')],
        ['Shift L', t('web.shell.lock-now')],
        ['?', t('web.shell.keys')],
        ['Esc', t('web.shell.keys.escape')],
      ],
    },
    {
      id: 'go',
      title: t('web.shell.keys.go'),
      keys: places.map(({ letter, label }) => [`g ${letter}`, t(label)]),
    },
    {
      id: 'lists',
      title: t('web.shell.keys.lists'),
      keys: [
        ['j k', t('web.shell.keys.move')],
        ['x', t('web.shell.keys.select')],
        ['Enter', t('web.shell.keys.open')],
        ['Home End', t('web.shell.keys.ends')],
      ],
    },
    {
      id: 'here',
      title: t('web.shell.palette.here'),
      keys: here.flatMap(({ letter, label }) => (letter === undefined ? [] : [[letter, label]])),
    },
  ] as const;
  return (
    <Dialog size="l" title={t('web.shell.keys')} onClose={onClose}>
      <div className="keyboard-sections" data-off={isOn ? undefined : ''}>
        {sections
          .filter(({ keys }) => keys.length > 0)
          .map((section) => (
            <section key={section.id}>
              <h3>{section.title}</h3>
              <dl>
                {section.keys.map(([keys, words]) => (
                  <div key={keys}>
                    <dt>
                      <Kbd keys={keys ?? ''} />
                    </dt>
                    <dd>{words}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
      <Checkbox
        label={t('web.shell.keys.letters')}
        hint={t('web.shell.keys.letters.hint')}
        isChecked={isOn}
        onChange={setLettersOn}
      />
    </Dialog>
  );
}
