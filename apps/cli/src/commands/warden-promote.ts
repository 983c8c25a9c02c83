/** The second warden takes the first one's place: an operator's command with the owner's kit. Spec: docs/spec/warden.md section 11. */
import { resolve } from 'node:path';
import type { NextWarden, PromotionPlan } from '@strongroom/backup';
import { encodeHex, InputError } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import type { CommandInput, CommandSpec, Run } from '../command.ts';
import { askText } from '../input/ask.ts';
import { nameSubject } from '../subject.ts';
import { findServerHome, nameFolder, readKit } from './backup-inputs.ts';

/** Digits of the new warden's key that confirm. */
const confirmDigits = 8;

export const promoteCommand: CommandSpec = {
  path: 'warden promote',
  options: ['serverHome', 'socket', 'at', 'pin', 'linkFile', 'fromKit', 'kitFd', 'confirm'],
  run: promote,
};

async function promote(run: Run, input: CommandInput): Promise<void> {
  const { context, output } = run;
  const { promoteWarden } = await import('@strongroom/backup');
  const home = findServerHome(run, input);
  const next = readNext(run, input);
  const kit = await readKit(run, input);
  if (kit === undefined) throw new InputError('INPUT_INVALID', { name: '--from-kit' });
  output.remark(output.t('cli.warden.promote.reading'));
  const plan = await promoteWarden({
    engine: createNodeEngine(),
    home,
    next,
    kit,
    nowMs: context.clock.nowMs(),
    confirm: async (shown) => await confirm(run, input, shown),
  }).catch((error: unknown) => {
    throw nameFolder(error, home);
  });
  const { number, key, ledgerKey, entries, behind } = plan;
  output.result({ number, key: encodeHex(key), ledgerKey, entries, behind, warden: next }, () => {
    output.line(output.t('cli.warden.promote.done', { number: String(number) }));
    output.line(output.t('cli.warden.promote.start'));
    output.line(output.t('cli.warden.promote.old'));
    output.line(output.t('cli.warden.promote.witness'));
    output.line(`strongroom witness trust --instead '${ledgerKey}'`);
  });
}

/** Where the next warden answers. @throws InputError INPUT_INVALID */
function readNext({ context }: Run, input: CommandInput): NextWarden {
  const [socket, address] = [input.text('socket'), input.text('at')];
  if (socket !== undefined && address === undefined) return { socket: resolve(context.cwd, socket) };
  const [pin, credentials] = [input.text('pin'), input.text('linkFile')];
  if (address === undefined || socket !== undefined)
    throw new InputError('INPUT_INVALID', { name: '--socket' });
  if (pin === undefined || !/^[0-9a-f]{64}$/u.test(pin))
    throw new InputError('INPUT_INVALID', { name: '--pin' });
  if (credentials === undefined) throw new InputError('INPUT_INVALID', { name: '--link-file' });
  return { address, pin, credentials: resolve(context.cwd, credentials) };
}

/** @throws InputError CONFIRMATION_REFUSED */
async function confirm(run: Run, input: CommandInput, plan: PromotionPlan): Promise<void> {
  const { context, output } = run;
  const key = encodeHex(plan.key);
  output.remark(
    output.t('cli.warden.promote.what', { number: String(plan.number), key, entries: plan.entries }),
  );
  if (plan.behind > 0) output.remark(output.t('cli.warden.promote.behind', { count: plan.behind }));
  output.remark(output.t('cli.warden.promote.how'));
  const expected = key.slice(0, confirmDigits);
  const typed =
    input.text('confirm') ??
    (await askText(context, {
      message: output.t('cli.ask.confirm', { text: expected }),
      option: '--confirm',
    }));
  if (typed.trim() !== expected) throw nameSubject(new InputError('CONFIRMATION_REFUSED'), expected);
}
