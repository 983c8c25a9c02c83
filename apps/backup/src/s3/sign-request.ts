/** AWS Signature Version 4 of one request with a payload that is hashed whole, as S3 and what speaks like it take it. */
import { createHash, createHmac } from 'node:crypto';

/** Who asks. */
export type Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** What is asked. */
export type RequestToSign = {
  readonly method: string;
  readonly url: URL;
  /** Besides `host`, `x-amz-content-sha256` and `x-amz-date`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** SHA-256 of the payload, in hexadecimal. */
  readonly payloadHash: string;
  readonly region: string;
  readonly nowMs: number;
};

const algorithm = 'AWS4-HMAC-SHA256';

/** The headers to send, the signature among them; `host` is left to whoever sends. */
export function signRequest(credentials: Credentials, request: RequestToSign): Record<string, string> {
  const { method, url, payloadHash, region, nowMs } = request;
  const time = new Date(nowMs).toISOString().replaceAll(/[-:]|\.\d+/gu, '');
  const day = time.slice(0, 8);
  const sent: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    'x-amz-content-sha256': payloadHash,
    'x-amz-date': time,
  };
  const signed = { ...sent, host: url.host };
  const names = Object.keys(signed).toSorted();
  const canonical = [
    method,
    encodePath(url),
    encodeQuery(url),
    ...names.map((name) => `${name}:${signed[name as keyof typeof signed].trim().replaceAll(/ +/gu, ' ')}`),
    '',
    names.join(';'),
    payloadHash,
  ].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = [algorithm, time, scope, createHash('sha256').update(canonical).digest('hex')].join('\n');
  const mac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
  const key = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(
    (from, part) => mac(from, part),
    `AWS4${credentials.secretAccessKey}`,
  );
  const signature = mac(key, text).toString('hex');
  const credential = `${credentials.accessKeyId}/${scope}`;
  const authorization = `${algorithm} Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...sent, authorization };
}

/** Every byte but letters, digits and `-._~` as `%XY`. */
export function encodeUriPart(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/gu,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Each segment encoded once, however it was written. */
function encodePath({ pathname }: URL): string {
  return pathname
    .split('/')
    .map((part) => encodeUriPart(decodeURIComponent(part)))
    .join('/');
}

function encodeQuery({ searchParams }: URL): string {
  return [...searchParams]
    .map(([name, value]) => `${encodeUriPart(name)}=${encodeUriPart(value)}`)
    .toSorted()
    .join('&');
}
