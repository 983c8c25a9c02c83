/**
 * Keys that live in the database and cannot be taken out of the browser by a script: AES-256-GCM, not extractable. What is sealed under
 * one can be opened here and nowhere else. A twelve-byte random nonce lies in front; the name is authenticated.
 */
import { concatBytes, encodeUtf8, IntegrityError } from '@strongroom/core';
import { readValue, writeValues } from './database.ts';

/** Seals and opens under one fixed key. */
export interface FixedKey {
  seal(name: string, bytes: Uint8Array): Promise<Uint8Array>;
  /** @throws IntegrityError STATE_INVALID */
  open(name: string, sealed: Uint8Array): Promise<Uint8Array>;
}

const nonceBytes = 12;

/** The key of that name, if there is one. */
export async function findFixedKey(database: IDBDatabase, name: string): Promise<FixedKey | undefined> {
  const found = await readValue(database, 'keys', name);
  return found instanceof CryptoKey ? useKey(found) : undefined;
}

/** Makes a new key of that name in place of the one before. */
export async function makeFixedKey(database: IDBDatabase, name: string): Promise<FixedKey> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  await writeValues(database, 'keys', [[name, key]]);
  return useKey(key);
}

/** Removes the key of that name: nothing that it sealed can be opened any more. */
export async function removeFixedKey(database: IDBDatabase, name: string): Promise<void> {
  await writeValues(database, 'keys', [[name, undefined]]);
}

function useKey(key: CryptoKey): FixedKey {
  return {
    async seal(name, bytes) {
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const parameters = { name: 'AES-GCM', iv, additionalData: aadOf(name) };
      const sealed = await crypto.subtle.encrypt(parameters, key, bytes as Uint8Array<ArrayBuffer>);
      return concatBytes(iv, new Uint8Array(sealed));
    },
    async open(name, sealed) {
      const iv = sealed.slice(0, nonceBytes);
      const parameters = { name: 'AES-GCM', iv, additionalData: aadOf(name) };
      try {
        const ciphertext = sealed.slice(nonceBytes);
        return new Uint8Array(await crypto.subtle.decrypt(parameters, key, ciphertext));
      } catch (cause) {
        throw new IntegrityError('STATE_INVALID', {}, { cause });
      }
    },
  };
}

function aadOf(name: string): Uint8Array<ArrayBuffer> {
  return encodeUtf8(`sr1/web/fixed\n${name}`) as Uint8Array<ArrayBuffer>;
}
