/** Builds the demo's firm and leaves it running. Used by `npm run demo` and by tests that need a firm with a past. */
import type { PersonId } from '@strongroom/core';
import { cast } from './cast.ts';
import type { MainRole } from './cast.ts';
import { makeDemoHome, removeStaleHomes } from './demo-home.ts';
import { Installation } from './installation.ts';
import { formatSignInLink } from './sign-in-link.ts';
import { Starts } from './starts.ts';
import { storyDays, storySizes, tellStory } from './story/story.ts';
import type { DemoStep } from './story/story.ts';
import { StoryWorld } from './story/world.ts';

/** The password of everybody in a demo. */
const demoPassword = 'brass key under the ledger';

/** What may be asked for. */
export interface DemoOptions {
  /** A folder below the system's temporary directory, missing or empty. Default: a new one. */
  readonly home?: string;
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  /** Which names, documents and minutes; ids, codes and keys are random always. Default 1. */
  readonly seed?: number;
  /** 20 clients and 40 documents instead of 200 and 500. */
  readonly isSmall?: boolean;
  /** Lets `advance` move the clock afterwards; needs STRONGROOM_UNSAFE_TEST=1, for tests only. */
  readonly hasClockControl?: boolean;
  readonly onStep?: (step: DemoStep, done: number) => void;
  /** Waited for before the demo goes on in real time: what its last server needs. */
  readonly beforeLive?: () => Promise<void>;
  /** Gives up a start that is under way, and removes the home. */
  readonly signal?: AbortSignal;
}

/** Somebody who can sign in. */
export interface DemoSignIn {
  readonly person: PersonId;
  readonly name: string;
  readonly role: MainRole;
  /** See sign-in-link.ts. Good for 15 browsers: a person may have 16 devices, and the demo made the first. */
  readonly link: string;
}

/** A demo that runs. */
export interface RunningDemo {
  readonly url: string;
  readonly home: string;
  readonly password: string;
  readonly people: readonly DemoSignIn[];
  /** Who is invited and has not enrolled, with the code of the invitation. */
  readonly invited: readonly { readonly name: string; readonly role: MainRole; readonly code: string }[];
  /** Milliseconds since 1970 as server and warden have it. */
  nowMs(): number;
  /** Time passes for server and warden. @throws Error without `hasClockControl` */
  advance(ms: number): Promise<void>;
  /** Ends server and warden and removes the home. A second time waits for the first. */
  stop(): Promise<void>;
}

const dayMs = 86_400_000;

/**
 * Starts a demo.
 * @throws InputError USAGE_INVALID for a home that is not a fresh folder below the temporary directory
 */
export async function startDemo(options: DemoOptions = {}): Promise<RunningDemo> {
  removeStaleHomes();
  const home = makeDemoHome(options.home);
  // They load while the server starts.
  const starts = new Starts();
  let installation: Installation | undefined;
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopped ??= (async () => {
      try {
        await starts.close();
        await installation?.stop();
      } finally {
        home.remove();
      }
    })();
    await stopped;
  };
  // While the installation starts there is nothing to stop yet, and what it makes would outlive the home: the check after it ends that.
  const giveUp = (): void => {
    if (installation !== undefined) void stop();
  };
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    const endMs = Date.now();
    // The warden says on stderr that its clock can be moved; this says why.
    options.onStep?.({ text: 'demo.step.clock' }, 0);
    installation = await Installation.start(home.path, endMs - (storyDays + 3) * dayMs);
    options.signal?.throwIfAborted();
    const world = new StoryWorld(installation, {
      size: storySizes[options.isSmall === true ? 'small' : 'full'],
      seed: options.seed ?? 1,
      password: demoPassword,
      endMs,
      starts,
    });
    await tellStory(world, options.onStep ?? (() => undefined));
    await starts.close();
    await options.beforeLive?.();
    await installation.goLive({ port: options.port ?? 0, hasControl: options.hasClockControl === true });
    options.signal?.throwIfAborted();
    options.signal?.removeEventListener('abort', giveUp);
    return describe({ installation, world, home: home.path, stop });
  } catch (cause) {
    await stop();
    // What the story had under way when it was stopped may have written to the home after it was removed.
    home.remove();
    throw cause;
  }
}

function describe(parts: {
  readonly installation: Installation;
  readonly world: StoryWorld;
  readonly home: string;
  readonly stop: () => Promise<void>;
}): RunningDemo {
  const { installation, world } = parts;
  return {
    url: installation.url,
    home: parts.home,
    password: demoPassword,
    people: cast
      .filter(({ state }) => state !== 'invited')
      .map(({ key, name, role }) => {
        const { person, kit } = world.person(key);
        return {
          person,
          name,
          role,
          link: formatSignInLink(installation.url, { person, root: world.root, kit }),
        };
      }),
    invited: cast
      .filter(({ state }) => state === 'invited')
      .map(({ name, role }) => ({ name, role, code: world.openInvitation })),
    nowMs: () => installation.nowMs(),
    advance: async (ms) => await installation.advance(ms),
    stop: parts.stop,
  };
}
