/** A small time-stamp authority for tests: certificates and answers by real OpenSSL (`openssl ts -reply`), over real HTTP. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const openssl = '/usr/bin/openssl';

/** Why there is none here; empty where there is. */
export const whyNoAuthority: string = existsSync(openssl) ? '' : ' [skipped: no openssl]';

/** Extensions of a certificate, as OpenSSL's configuration writes them. */
export const extensions = {
  root: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign'],
  stamps: [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=critical,timeStamping',
  ],
} as const;

/** A certificate with its key, as files. */
export interface Signer {
  readonly certificate: string;
  readonly key: string;
}

/** How an answer is asked for. */
export interface AnswerOptions {
  readonly signer?: Signer;
  /** Digest of the signature; default sha256. */
  readonly digest?: string;
  /** How the signed attribute names the certificate; default sha256 (ESSCertIDv2), sha1 is ESSCertID. */
  readonly named?: string;
}

/** A root, and under it a certificate for time stamps, in a folder of its own. */
export class StampKit {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'sr-tsa-'));
  readonly root: Signer;
  readonly signer: Signer;
  #made = 0;

  constructor() {
    this.root = this.makeRoot('Test Root');
    this.signer = this.issue('Test Stamps', this.root);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The PEM text of the trusted root. */
  get authorities(): string {
    return readFileSync(this.root.certificate, 'utf8');
  }

  makeRoot(name: string, key: readonly string[] = elliptic): Signer {
    const made = this.#name();
    this.run([
      'req',
      '-x509',
      '-nodes',
      '-newkey',
      ...key,
      '-subj',
      `/CN=${name}`,
      '-days',
      '3650',
      '-keyout',
      made.key,
      '-out',
      made.certificate,
      ...extensions.root.flatMap((line) => ['-addext', line]),
    ]);
    return made;
  }

  issue(
    name: string,
    by: Signer,
    options: {
      readonly extensions?: readonly string[];
      readonly days?: number;
      readonly key?: readonly string[];
    } = {},
  ): Signer {
    const made = this.#name();
    const request = `${made.certificate}.csr`;
    const lines = this.write((options.extensions ?? extensions.stamps).join('\n'));
    const { key = elliptic, days = 365 } = options;
    this.run([
      'req',
      '-new',
      '-newkey',
      ...key,
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      made.key,
      '-out',
      request,
    ]);
    this.run([
      'x509',
      '-req',
      '-in',
      request,
      '-CA',
      by.certificate,
      '-CAkey',
      by.key,
      '-CAcreateserial',
      '-days',
      String(days),
      '-sha256',
      '-extfile',
      lines,
      '-out',
      made.certificate,
    ]);
    return made;
  }

  /** What an authority answers to a question (TimeStampReq), both in DER. `along`: certificates that come with it. */
  answer(question: Uint8Array, options: AnswerOptions = {}, along: readonly Signer[] = []): Uint8Array {
    const { signer = this.signer, digest = 'sha256', named = 'sha256' } = options;
    const query = this.write(question);
    const reply = `${query}.tsr`;
    const chain = this.write(
      [this.root, ...along].map(({ certificate }) => readFileSync(certificate, 'utf8')).join(''),
    );
    const serial = this.write('01');
    const settings = this.write(
      [
        '[tsa]',
        'default_tsa=one',
        '[one]',
        `serial=${serial}`,
        `signer_cert=${signer.certificate}`,
        `signer_key=${signer.key}`,
        `certs=${chain}`,
        `signer_digest=${digest}`,
        'default_policy=1.2.3.4.1',
        'digests=sha256',
        'accuracy=secs:1,millisecs:500,microsecs:100',
        `ess_cert_id_alg=${named}`,
      ].join('\n'),
    );
    this.run(['ts', '-reply', '-config', settings, '-queryfile', query, '-out', reply]);
    return new Uint8Array(readFileSync(reply));
  }

  /** A question about these bytes, as OpenSSL makes it. */
  ask(data: Uint8Array): Uint8Array {
    const query = `${this.write(data)}.tsq`;
    const file = this.write(data);
    this.run(['ts', '-query', '-data', file, '-sha256', '-cert', '-out', query]);
    return new Uint8Array(readFileSync(query));
  }

  /** The bytes that the token of an answer signs (TSTInfo). */
  infoOf(answer: Uint8Array): Uint8Array {
    const token = `${this.write(answer)}.p7`;
    this.run(['ts', '-reply', '-in', this.write(answer), '-token_out', '-out', token]);
    return new Uint8Array(
      this.run(['cms', '-verify', '-noverify', '-inform', 'DER', '-in', token, '-binary']),
    );
  }

  /** An answer with a token that OpenSSL's authority would not make: signed by anybody, with or without what names the certificate. */
  forge(
    info: Uint8Array,
    signer: Signer,
    options: { readonly isNamed: boolean; readonly keyOptions?: readonly string[] },
  ): Uint8Array {
    const { isNamed, keyOptions = [] } = options;
    const token = this.run([
      'cms',
      '-sign',
      '-binary',
      '-nodetach',
      '-nosmimecap',
      '-md',
      'sha256',
      '-outform',
      'DER',
      '-econtent_type',
      'id-smime-ct-TSTInfo',
      ...(isNamed ? ['-cades'] : []),
      '-signer',
      signer.certificate,
      '-inkey',
      signer.key,
      '-in',
      this.write(info),
      ...keyOptions.flatMap((option) => ['-keyopt', option]),
    ]);
    return sequence(Uint8Array.of(0x30, 0x03, 0x02, 0x01, 0x00), token);
  }

  /** What stock OpenSSL says of an answer about these bytes. */
  verify(answer: Uint8Array, data: Uint8Array, authorities: string = this.authorities): boolean {
    try {
      this.run([
        'ts',
        '-verify',
        '-in',
        this.write(answer),
        '-data',
        this.write(data),
        '-CAfile',
        this.write(authorities),
      ]);
      return true;
    } catch {
      return false;
    }
  }

  /** A file of its own with these bytes. */
  write(bytes: Uint8Array | string): string {
    const path = join(this.folder, `file-${++this.#made}`);
    writeFileSync(path, bytes);
    return path;
  }

  run(args: readonly string[]): Buffer {
    return execFileSync(openssl, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  #name(): Signer {
    const path = join(this.folder, `certificate-${++this.#made}`);
    return { certificate: `${path}.pem`, key: `${path}.key` };
  }
}

const elliptic = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] as const;
/** Of a key that is large enough, for `makeRoot` and `issue`. */
export const rsa = ['rsa:2048'] as const;

/** A DER sequence of encoded values. */
export function sequence(...items: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(items);
  const octets: number[] = [];
  for (let rest = body.length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  const length = body.length < 0x80 ? [body.length] : [0x80 | octets.length, ...octets];
  return Uint8Array.from(Buffer.concat([Uint8Array.of(0x30, ...length), body]));
}

/** Answers questions over HTTP; what it does is the test's to change. */
export class StampServer {
  readonly #server: Server;
  /** The bodies of what was asked. */
  readonly asked: Uint8Array[] = [];
  respond: (question: Uint8Array, response: ServerResponse) => void;

  private constructor(respond: StampServer['respond']) {
    this.respond = respond;
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const question = new Uint8Array(Buffer.concat(parts));
        this.asked.push(question);
        const isQuestion = request.headers['content-type'] === 'application/timestamp-query';
        if (request.method === 'POST' && isQuestion) this.respond(question, response);
        else response.writeHead(400).end();
      });
    });
  }

  static async start(respond: StampServer['respond']): Promise<StampServer> {
    const made = new StampServer(respond);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/stamp`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Sends an answer as an authority does. */
export function send(response: ServerResponse, answer: Uint8Array): void {
  response.writeHead(200, { 'content-type': 'application/timestamp-reply' }).end(answer);
}
