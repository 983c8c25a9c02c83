/** The password: from a descriptor for scripts, else from the terminal; a new one is asked twice. */
import { InputError } from '@strongroom/core';
import type { CliContext } from '../context.ts';
import type { Output } from '../output/output.ts';
import { askSecret } from './ask.ts';
import { readDescriptorLine } from './read-descriptor.ts';

const passwordCharactersMin = 10;

/** The password of an existing account. */
export async function readPassword(
  context: CliContext,
  output: Output,
  descriptor: number | undefined,
): Promise<string> {
  if (descriptor !== undefined) return readDescriptorLine(descriptor, '--password-fd');
  return await askSecret(context, { message: output.t('cli.ask.password'), option: '--password-fd' });
}

/** A new password. @throws InputError PASSWORD_TOO_SHORT, CONFIRMATION_REFUSED if the second one differs */
export async function readNewPassword(
  context: CliContext,
  output: Output,
  descriptor: number | undefined,
): Promise<string> {
  const password =
    descriptor === undefined
      ? await askSecret(context, { message: output.t('cli.ask.new-password'), option: '--password-fd' })
      : readDescriptorLine(descriptor, '--password-fd');
  if (password.length < passwordCharactersMin) {
    throw new InputError('PASSWORD_TOO_SHORT', { charactersMin: passwordCharactersMin });
  }
  if (descriptor === undefined) {
    const again = await askSecret(context, {
      message: output.t('cli.ask.password-again'),
      option: '--password-fd',
    });
    if (again !== password) throw new InputError('CONFIRMATION_REFUSED', { reason: 'passwords-differ' });
  }
  return password;
}
