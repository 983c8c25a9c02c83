import { describe, expect, it } from 'vitest';
import { asksWhy, whyOf } from './opening-why.ts';

describe('whether a person is asked what an opening is for', () => {
  it('is the case for a Secret document, and for many as soon as one of them is Secret', () => {
    expect(asksWhy([{ class: 3 }])).toBe(true);
    expect(asksWhy([{ class: 0 }, { class: 3 }, { class: 1 }])).toBe(true);
    expect(asksWhy([{ class: 0 }, { class: 1 }, { class: 2 }])).toBe(false);
    expect(asksWhy([])).toBe(false);
  });
});

describe('what an opening is for', () => {
  it('is nothing yet where a reason is asked for and only blanks are written', () => {
    expect(whyOf({ isAsked: true, purpose: 'audit', reason: '' })).toBeUndefined();
    expect(whyOf({ isAsked: true, purpose: 'audit', reason: ' \n\u00A0' })).toBeUndefined();
  });
  it('is the purpose and the trimmed reason', () => {
    expect(whyOf({ isAsked: true, purpose: 'audit', reason: ' Spot check ' })).toEqual({
      purpose: 'audit',
      reason: 'Spot check',
    });
    expect(whyOf({ isAsked: false, purpose: 'review', reason: 'Year end' })).toEqual({
      purpose: 'review',
      reason: 'Year end',
    });
  });
  it('is the purpose alone where nobody is asked why and nothing is written', () => {
    expect(whyOf({ isAsked: false, purpose: 'handover', reason: '  ' })).toEqual({ purpose: 'handover' });
  });
});
