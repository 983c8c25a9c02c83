import type { RecordClass } from '@strongroom/device';
import type { Texts } from '../texts/texts-context.tsx';

/** A class as it stands alone: `Secret`. */
export function classTitle(value: RecordClass, { t, intlTag }: Pick<Texts, 't' | 'intlTag'>): string {
  const word = t(`class.${value}`);
  return word.charAt(0).toLocaleUpperCase(intlTag) + word.slice(1);
}
