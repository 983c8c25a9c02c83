/** A real warden process whose state key has further parts: on a stick, and in a TPM 2.0 (swtpm). */
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, officeId } from '@strongroom/core';
import { createNodeEngine } from '@strongroom/core/node';
import { afterAll, describe, expect, test } from 'vitest';
import {
  changeLevel,
  createFaultPoints,
  describeLevel,
  levelFaultPoints,
  wardenFaultPoints,
} from '../src/index.ts';
import type { LevelChange } from '../src/index.ts';
import { WardenState } from '../src/state/warden-state.ts';
import { createUnservedContext } from '../src/unserved-context.ts';
import { RunningWarden } from './kit/running-warden.ts';

const engine = createNodeEngine();
const stepMs = 120_000;

const change = (home: string, hasTpm: boolean, folder?: string): Promise<LevelChange> =>
  changeLevel({ engine, home, wanted: { hasTpm, folder } });
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: { readonly code?: string }) => error.code ?? error,
  );

test('serves with a part on a stick, which may be drawn once it runs and is needed at the next start', async () => {
  const warden = await RunningWarden.start();
  try {
    expect(await warden.client.hello()).toMatchObject({ level: 'L0' });
    expect(await codeOf(change(warden.home, false, warden.directory))).toBe('WARDEN_BUSY');
    await warden.stop();
    const stick = join(warden.directory, 'stick');
    mkdirSync(stick);
    await change(warden.home, false, stick);
    await warden.start();
    expect(await warden.client.hello()).toMatchObject({ level: 'L2' });
    renameSync(stick, `${stick}.away`);
    // The disk fails once: the home is opened again, with what the process gathered at its start.
    await warden.arm('warden.prepare-ledger.before-write', 'fail');
    const office = { ledger: officeId, firm: newId(engine, 'frm') };
    expect(await codeOf(warden.client.prepareLedger(office))).toBe('FAULT_INJECTED');
    expect(await codeOf(warden.client.prepareLedger(office))).toBe('done');
    expect(await warden.client.getStatus()).toMatchObject({ level: 'L2' });
    await warden.stop();
    expect(await codeOf(warden.start())).toBe('STATE_KEY_PART_MISSING');
    expect(warden.log.at(-1)).toContain('"code":"STATE_KEY_PART_MISSING","reason":"file"');
    renameSync(`${stick}.away`, stick);
    await warden.start();
    expect((await warden.client.hello()).ledgers).toHaveLength(1);
  } finally {
    await warden.remove();
  }
});

const programs = ['/usr/bin/swtpm', '/usr/bin/tpm2_nvread'];
const noTpm = programs.every((path) => existsSync(path)) ? undefined : 'no swtpm and tpm2-tools';

describe.skipIf(noTpm !== undefined)(`with a TPM${noTpm === undefined ? '' : ` [skipped: ${noTpm}]`}`, () => {
  const directory = mkdtempSync(join(tmpdir(), 'srt-'));
  const children: ChildProcess[] = [];
  const environment = process.env['TPM2TOOLS_TCTI'];

  const nowhere = `swtpm:path=${join(directory, 'gone.s')}`;

  async function startTpm(name: string): Promise<string> {
    const [state, socket] = [join(directory, name), join(directory, `${name}.s`)];
    mkdirSync(state);
    const flags = ['--flags', 'not-need-init,startup-clear'];
    const sockets = ['--server', `type=unixio,path=${socket}`, '--ctrl', `type=unixio,path=${socket}.ctrl`];
    const args = ['socket', '--tpm2', '--tpmstate', `dir=${state}`, ...sockets, ...flags];
    children.push(spawn(programs[0] as string, args, { stdio: 'ignore' }));
    await expect
      .poll(() => existsSync(socket) && existsSync(`${socket}.ctrl`), { timeout: stepMs })
      .toBe(true);
    return `swtpm:path=${socket}`;
  }
  const useTpm = (tcti: string): void => {
    process.env['TPM2TOOLS_TCTI'] = tcti;
  };
  const indexes = (): string[] =>
    execFileSync('tpm2_getcap', ['handles-nv-index'], { encoding: 'utf8', stdio: 'pipe' }).match(/0x\w+/gu) ??
    [];
  const passwordsIn = (home: string): string[] =>
    readdirSync(home).filter((name) => name.startsWith('part-'));

  afterAll(() => {
    for (const child of children) child.kill('SIGKILL');
    if (environment === undefined) delete process.env['TPM2TOOLS_TCTI'];
    else useTpm(environment);
    rmSync(directory, { recursive: true, force: true });
  });

  /** A home that no process serves. */
  async function makeHome(name: string): Promise<string> {
    const home = join(directory, name);
    mkdirSync(join(home, 'state'), { recursive: true });
    const context = createUnservedContext(engine, home);
    await (await WardenState.open(context, join(home, 'state'), join(home, 'state-key'))).close();
    return home;
  }
  const refusalOf = (home: string): Promise<unknown> => codeOf(describeLevel({ engine, home }));

  test('an image of the home opens with this TPM alone, and with none once the part is another', async () => {
    const [place, other] = [await startTpm('one'), await startTpm('two')];
    useTpm(place);
    execFileSync('tpm2_nvdefine', ['0x01800001', '-C', 'o', '-s', '8'], { stdio: 'pipe' });
    const home = await makeHome('home');
    expect(await change(home, true)).toMatchObject({ before: 'L0', level: 'L1', leaving: [] });
    expect(indexes()).toHaveLength(2);
    const image = join(directory, 'image');
    cpSync(home, image, { recursive: true });
    useTpm(other);
    expect(await refusalOf(image)).toBe('STATE_KEY_PART_MISSING');
    useTpm(nowhere);
    expect(await refusalOf(image)).toBe('STATE_KEY_PART_MISSING');
    expect(await codeOf(change(home, true))).toBe('STATE_KEY_PART_MISSING');
    // What the specification says it is worth with the living TPM.
    useTpm(place);
    expect(await describeLevel({ engine, home: image })).toMatchObject({ level: 'L1' });

    const stick = join(directory, 'stick');
    mkdirSync(stick);
    const both = await change(home, true, stick);
    expect(both).toMatchObject({ level: 'L2', leaving: [], parts: [{ kind: 'tpm' }, { kind: 'file' }] });
    expect(await refusalOf(image)).toBe('STATE_KEY_PART_MISSING');
    expect(indexes()).toHaveLength(2);
    expect(await change(home, false)).toMatchObject({ level: 'L0', parts: [], leaving: [] });
    expect(indexes().map(Number)).toEqual([0x01_80_00_01]);
    expect([...passwordsIn(home), ...readdirSync(stick)]).toEqual([]);
    useTpm(nowhere);
    expect(await describeLevel({ engine, home })).toMatchObject({ level: 'L0' });
  });

  test('a change that is cut off leaves nothing in the TPM for good; without a TPM there is none', async () => {
    useTpm(await startTpm('three'));
    const home = await makeHome('cut');
    const platform = { kill: () => undefined, sleep: async () => undefined };
    for (const point of levelFaultPoints) {
      const faults = createFaultPoints([...levelFaultPoints, ...wardenFaultPoints], platform);
      faults.arm({ point, action: 'fail' });
      const wanted = { hasTpm: true, folder: undefined };
      expect(await codeOf(changeLevel({ engine, home, wanted, faults })), point).toBe('FAULT_INJECTED');
      expect(await change(home, false), point).toMatchObject({ level: 'L0', leaving: [] });
      expect([...indexes(), ...passwordsIn(home)], point).toEqual([]);
    }
    useTpm(nowhere);
    expect(await codeOf(change(home, true))).toBe('TPM_UNUSABLE');
    expect(await describeLevel({ engine, home })).toMatchObject({ level: 'L0', leaving: [] });
  });
});
