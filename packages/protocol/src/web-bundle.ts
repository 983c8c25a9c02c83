/**
 * The web application's code as it is served: the canonical list of its files, and the headers it must come with (docs/spec/server.md
 * section 6). Server and checker take both from here.
 */
import { compareBytes, encodeUtf8 } from '@strongroom/core';
import { z } from './schemas.ts';

/** A file of the bundle. */
export interface BundleFile {
  /** Relative to the bundle, with forward slashes. */
  readonly path: string;
  /** SHA-256 of its bytes, 64 lower-case hex digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What `bundle.json` says. It proves nothing: whoever checks hashes the files himself. */
export interface BundleList {
  readonly number: number;
  /** SHA-256 of the canonical text. */
  readonly hash: string;
  readonly files: readonly BundleFile[];
}

/** Most files of a bundle, and most bytes of one: what a checker is willing to fetch. */
export const bundleLimits = {
  filesMax: 4096,
  fileBytesMax: 33_554_432,
  listBytesMax: 2_097_152,
} as const;

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * Schema of `bundle.json`. A path has no scheme, no host and no way up, so that nothing in the list leads elsewhere; members that
 * are not named here are left out.
 */
export const bundleList: z.ZodType<BundleList> = z.object({
  number: z.int().min(1).max(4_294_967_295),
  hash: sha256Text,
  files: z
    .array(
      z.object({
        path: z.string().refine(isBundlePath),
        sha256: sha256Text,
        sizeBytes: z.int().min(0).max(bundleLimits.fileBytesMax),
      }),
    )
    .max(bundleLimits.filesMax),
});

/** Whether a text may be the path of a file of the bundle. */
export function isBundlePath(path: string): boolean {
  if (path.length > 256 || !/^[A-Za-z0-9._/-]+$/.test(path)) return false;
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** The text whose SHA-256 is the hash of the bundle: a line of hash, two spaces and path for each file, by path. */
export function formatBundleList(files: readonly Pick<BundleFile, 'path' | 'sha256'>[]): string {
  const rows = files.map(({ path, sha256 }) => ({ key: encodeUtf8(path), line: `${sha256}  ${path}\n` }));
  rows.sort((left, right) => compareBytes(left.key, right.key));
  return rows.map(({ line }) => line).join('');
}

/** Policies of the two pages, as design and specification have them, directive for directive. */
export const webPolicies = {
  app:
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
    "connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types strongroom",
  viewer:
    "sandbox allow-scripts; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; " +
    "connect-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
} as const;

/** Headers that each page comes with, beside its policy. */
export const webPageHeaders = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Headers that would change what a page loads or whom it reports to; no answer of the bundle has one. */
export const webHeadersRefused: readonly string[] = [
  'link',
  'refresh',
  'service-worker-allowed',
  'content-security-policy-report-only',
  'reporting-endpoints',
  'report-to',
  'nel',
  'sourcemap',
];
