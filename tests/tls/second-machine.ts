/** Another machine for tests: a network namespace with a cable to this one, and names of its own. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ip = '/usr/sbin/ip';

/** Why there can be none here; undefined where there can. */
export function whyNoSecondMachine(): string | undefined {
  if (process.platform !== 'linux' || !existsSync(ip)) return 'no ip command of iproute2';
  if (process.getuid?.() !== 0) return 'not root';
  const probe = `sr-probe-${process.pid}`;
  try {
    execFileSync(ip, ['netns', 'add', probe], { stdio: 'ignore' });
    execFileSync(ip, ['netns', 'del', probe], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'network namespaces are not allowed';
  }
}

/** A second machine. */
export interface SecondMachine {
  /** This machine's address on the cable. */
  readonly address: string;
  /** Its own address on the cable. */
  readonly ownAddress: string;
  /** Writes a program that runs `program` there with its own arguments and descriptors, and answers its path. */
  wrap(folder: string, program: string): string;
  /** Runs a program there; answers what it printed on both outputs, whatever it ended with. */
  run(program: string, args: readonly string[]): Promise<string>;
  remove(): void;
}

/** Makes one that knows this machine by `names`. */
export function makeSecondMachine(names: readonly string[]): SecondMachine {
  const name = `sr-${process.pid}`;
  const [here, there] = [`srh${process.pid}`, `srt${process.pid}`];
  const net = `10.213.${process.pid % 250}`;
  const address = `${net}.1`;
  const hosts = join('/etc/netns', name);
  const run = (...args: string[]): void => void execFileSync(ip, args, { stdio: 'pipe' });
  const remove = (): void => {
    try {
      run('netns', 'del', name); // takes the cable away with it
    } finally {
      rmSync(hosts, { recursive: true, force: true });
    }
  };
  mkdirSync(hosts, { recursive: true });
  writeFileSync(
    join(hosts, 'hosts'),
    `127.0.0.1 localhost\n${names.map((one) => `${address} ${one}\n`).join('')}`,
  );
  run('netns', 'add', name);
  try {
    run('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
    // No address of IPv6 comes by itself: seconds after the start it would be a change of the network to whoever is in the middle of a request.
    run('link', 'set', here, 'addrgenmode', 'none');
    run('-n', name, 'link', 'set', there, 'addrgenmode', 'none');
    run('addr', 'add', `${address}/30`, 'dev', here);
    run('link', 'set', here, 'up');
    run('-n', name, 'addr', 'add', `${net}.2/30`, 'dev', there);
    run('-n', name, 'link', 'set', there, 'up');
    run('-n', name, 'link', 'set', 'lo', 'up');
  } catch (error) {
    remove();
    throw error;
  }
  return {
    address,
    ownAddress: `${net}.2`,
    wrap(folder, program) {
      const path = join(folder, 'there.sh');
      writeFileSync(path, `#!/bin/sh\nexec ${ip} netns exec ${name} ${program} "$@"\n`, { mode: 0o700 });
      return path;
    },
    run(program, args) {
      return new Promise((resolve, reject) => {
        const child = spawn(ip, ['netns', 'exec', name, program, ...args], {
          stdio: ['ignore', 'pipe', 'pipe'],
          timeout: 60_000,
        });
        let said = '';
        for (const stream of [child.stdout, child.stderr])
          stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
        child.once('error', reject).once('close', () => resolve(said));
      });
    },
    remove,
  };
}
