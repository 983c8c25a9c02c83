/**
 * The schemas' library, set for where it runs. In a browser the policy forbids code that is made from texts; only to try whether it may be made
 * is told as a violation, so there the library is told not to. Every module of this package takes `z` from here: the first schema asks.
 * The package says that this module has an effect, or a bundler would leave it out and take `z` from where it comes.
 */
import { config, z } from 'zod';

if ('WorkerGlobalScope' in globalThis || 'document' in globalThis) config({ jitless: true });

export { z };
