import { describe, expect, it } from 'vitest';
import type { DisposalRow } from '@strongroom/device';
import { judgeApproval, wordToType } from './disposal-rights.ts';

const anna = 'per_aaaaaaaaaaaaaaaaaaaaaaaaaa' as DisposalRow['proposedBy'];
const ben = 'per_bbbbbbbbbbbbbbbbbbbbbbbbbb';
const row = { proposedBy: anna, mayDecide: true, isHeld: false };
const at = (person: string, nowMs = 0) => ({ person, nowMs });

describe('judgeApproval', () => {
  it('lets a second person with the right, and nobody without it', () => {
    expect(judgeApproval(row, at(ben))).toBe('allowed');
    expect(judgeApproval({ ...row, mayDecide: false }, at(ben))).toBe('no-right');
    expect(judgeApproval({ ...row, isHeld: true }, at(ben))).toBe('held');
  });

  it('refuses the one who proposed, until a day has passed for who is alone', () => {
    expect(judgeApproval(row, at(anna, 9e15))).toBe('needs-other');
    const alone = { ...row, ownApprovalFromMs: 1000 };
    expect(judgeApproval(alone, at(anna, 999))).toBe('too-early');
    expect(judgeApproval(alone, at(anna, 1000))).toBe('allowed-alone');
    expect(judgeApproval({ ...alone, isHeld: true }, at(anna, 1000))).toBe('held');
  });
});

describe('wordToType', () => {
  it('is never empty', () => {
    const disposal = 'dsp_k4q7zzzzzzzzzzzzzzzzzzzzzz' as DisposalRow['disposal'];
    expect(wordToType({ disposal }, 'C-2K7Q')).toBe('C-2K7Q');
    expect(wordToType({ disposal }, undefined)).toBe('D-K4Q7ZZ');
  });
});
