/** Speaks to the test control socket of a process. */
import { connect } from 'node:net';

/** What a control socket answers. */
export type ControlAnswer = Readonly<Record<string, unknown>>;

/** One line there and one back. @throws Error where nobody listens, or where the process ends before it answers */
export async function askControl(path: string, command: ControlAnswer): Promise<ControlAnswer> {
  return await new Promise((resolve, reject) => {
    const socket = connect(path, () => socket.write(`${JSON.stringify(command)}\n`));
    let text = '';
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`${path} was closed`)));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (!text.includes('\n')) return;
      resolve(JSON.parse(text) as ControlAnswer);
      socket.end();
    });
  });
}

/** A command that must be taken. @throws Error where it is refused */
export async function commandControl(path: string, command: ControlAnswer): Promise<ControlAnswer> {
  const answer = await askControl(path, command);
  if (answer['ok'] !== true)
    throw new Error(`${path} refuses ${JSON.stringify(command)}: ${JSON.stringify(answer)}`);
  return answer;
}
