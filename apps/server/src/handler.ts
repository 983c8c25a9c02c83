import type { EndpointName } from '@strongroom/protocol';
import type { Answer, Call } from './call.ts';
import type { ServerContext } from './context.ts';

/** Answers one call that passed the gate. */
export type Handler<N extends EndpointName> = (context: ServerContext, call: Call<N>) => Promise<Answer<N>>;

/** Handlers of some endpoints, by name. */
export type HandlersOf<N extends EndpointName> = { readonly [K in N]: Handler<K> };
