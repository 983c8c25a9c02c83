import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface ToolRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that a package of node_modules declares in its `bin`. */
export interface Tool {
  readonly packageName: string;
  readonly command: string;
}

/**
 * Runs a command of an installed package on this Node, without a shell and without node_modules/.bin.
 *
 * @param root tree to run in; its node_modules is searched
 * @throws Error when the tool is not installed or cannot be started
 */
export async function runTool(root: string, tool: Tool, args: readonly string[]): Promise<ToolRun> {
  const script = findScript(root, tool);
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { exitCode, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() };
}

function findScript(root: string, tool: Tool): string {
  const manifestPath = join(root, 'node_modules', tool.packageName, 'package.json');
  const manifest = JSON.parse(readFileSync(manifestPath, 'utf8')) as {
    bin?: string | Record<string, string>;
  };
  const script = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.[tool.command];
  if (script === undefined) throw new Error(`${tool.packageName} has no command ${tool.command}`);
  return join(dirname(manifestPath), script);
}
