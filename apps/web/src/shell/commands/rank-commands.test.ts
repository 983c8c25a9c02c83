import { describe, expect, it } from 'vitest';
import { rankCommands } from './rank-commands.ts';

const commands = [
  { label: 'Lock now' },
  { label: 'Grant access' },
  { label: 'Zablokuj teraz' },
  { label: 'Przejdź: Rejestr dostępów', words: 'ledger' },
  { label: 'Łącze do zaproszenia' },
  { label: 'Ouvrir l’écran Réglages' },
  { label: '立即锁定' },
];
const labelsFor = (query: string): readonly string[] =>
  rankCommands(commands, query).map(({ label }) => label);

describe('rankCommands', () => {
  it('leaves all in their order without a query', () => {
    expect(rankCommands(commands, '  ')).toEqual(commands);
  });

  it('finds beginnings of words, in any order', () => {
    expect(labelsFor('acc gr')).toEqual(['Grant access']);
    expect(labelsFor('ock')).toEqual([]);
  });

  it('forgives accents and the Polish l', () => {
    expect(labelsFor('dostepow')).toEqual(['Przejdź: Rejestr dostępów']);
    expect(labelsFor('lacze')).toEqual(['Łącze do zaproszenia']);
    expect(labelsFor('reglages')).toEqual(['Ouvrir l’écran Réglages']);
  });

  it('finds Chinese inside a word', () => {
    expect(labelsFor('锁定')).toEqual(['立即锁定']);
  });

  it('puts the first word before later words, and the label before other words', () => {
    const two = [{ label: 'Now lock' }, { label: 'Wait', words: 'lock' }, { label: 'Lock now' }];
    expect(rankCommands(two, 'lock').map(({ label }) => label)).toEqual(['Lock now', 'Now lock', 'Wait']);
  });
});
