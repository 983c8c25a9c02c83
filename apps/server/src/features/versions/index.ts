/** Record versions: committed whole, read by whoever may open them. Everything here is ciphertext, hashes and lengths. */
import { AccessError, InputError } from '@strongroom/core';
import type { Handler, HandlersOf } from '../../handler.ts';
import { commitVersion } from './commit-version.ts';
import { splitHashes } from './split-hashes.ts';

const getVersion: Handler<'getVersion'> = async (context, { params }) => {
  const row = await context.folders
    .open(params.vault)
    .store.read((db) =>
      db
        .selectFrom('versions')
        .select(['header', 'card', 'leaf_hashes'])
        .where('record', '=', params.record)
        .where('version', '=', params.version)
        .executeTakeFirst(),
    );
  if (row === undefined) throw new AccessError('ACCESS_DENIED');
  return { header: row.header, card: row.card, leafHashes: row.leaf_hashes };
};

/** Cards by room, those shared into it included; one that is not readable there refuses the whole call. */
const getCards: Handler<'getCards'> = async (context, { params, body }) => {
  const states = context.ledgers.states(params.vault);
  const { rooms } = states.vault ?? states.office.own;
  const { store } = context.folders.open(params.vault);
  const cards = await store.read(async (db) => {
    const found = [];
    for (const [room, record, version] of body.versions) {
      const isInRoom =
        rooms
          .get(room)
          ?.records.get(record)
          ?.some((row) => row.version === version) ?? false;
      const row = await db
        .selectFrom('versions')
        .select(['header', 'card', 'card_proof'])
        .where('record', '=', record)
        .where('version', '=', version)
        .executeTakeFirst();
      found.push(isInRoom ? row : undefined);
    }
    return found;
  });
  return {
    cards: cards.map((row) => {
      if (row === undefined) throw new AccessError('ACCESS_DENIED');
      return { header: row.header, card: row.card, bodyRoot: splitHashes(row.card_proof) };
    }),
  };
};

const getSegments: Handler<'getSegments'> = async (context, { params, query }) => {
  const { store, blobs } = context.folders.open(params.vault);
  const row = await store.read((db) =>
    db
      .selectFrom('versions')
      .select(['upload', 'body_bytes'])
      .where('record', '=', params.record)
      .where('version', '=', params.version)
      .executeTakeFirst(),
  );
  if (row === undefined) throw new AccessError('ACCESS_DENIED');
  const { upload, body_bytes: bodyBytes } = row;
  const { offset: offsetBytes, length: lengthBytes } = query;
  if (upload === null || bodyBytes === null || lengthBytes === 0 || offsetBytes + lengthBytes > bodyBytes)
    throw new InputError('REQUEST_INVALID', { reason: 'range' });
  return { lengthBytes, open: () => blobs.readBody({ upload, offsetBytes, lengthBytes }) };
};

export const versionHandlers: HandlersOf<'commitVersion' | 'getVersion' | 'getCards' | 'getSegments'> = {
  commitVersion,
  getVersion,
  getCards,
  getSegments,
};
