/** What the pages are served with, word for word: whoever changes a policy changes it here too, and says why. */
import { expect, test } from 'vitest';
import { strictTransport } from '../listening/strict-transport.ts';
import { headersOf, plainPageHeaders } from './policies.ts';

const permissions =
  'camera=(self), clipboard-write=(self), cross-origin-isolated=(self), accelerometer=(), autoplay=(), browsing-topics=(), ' +
  'clipboard-read=(), compute-pressure=(), display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), ' +
  'gyroscope=(), hid=(), identity-credentials-get=(), idle-detection=(), keyboard-map=(), local-fonts=(), magnetometer=(), ' +
  'microphone=(), midi=(), otp-credentials=(), payment=(), picture-in-picture=(), publickey-credentials-create=(), ' +
  'publickey-credentials-get=(), screen-wake-lock=(), serial=(), storage-access=(), sync-xhr=(), usb=(), window-management=(), ' +
  'xr-spatial-tracking=()';

const appPolicy =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; " +
  "connect-src 'self'; worker-src 'self'; frame-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types strongroom";

const viewerPolicy =
  "sandbox allow-scripts; default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src blob: data:; " +
  "connect-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

test('the app comes with the policy of the design, isolated, and with every permission off but the camera and copying', () => {
  expect(headersOf('index.html')).toEqual({
    'content-security-policy': appPolicy,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'permissions-policy': permissions,
    'cache-control': 'no-store',
  });
});

test('the viewer comes sealed: no network, no storage, no page around it but ours', () => {
  expect(headersOf('viewer.html')).toEqual({
    ...headersOf('index.html'),
    'content-security-policy': viewerPolicy,
    'x-frame-options': 'SAMEORIGIN',
  });
});

test('assets never change and may be had from the viewer’s frame; a script among them is a worker’s policy too', () => {
  const asset = {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'public, max-age=31536000, immutable',
  };
  expect(headersOf('assets/app-1.css')).toEqual(asset);
  expect(headersOf('assets/font-1.woff2')).toEqual(asset);
  for (const path of ['assets/keys-1.js', 'assets/pdf-1.mjs'])
    expect(headersOf(path)).toEqual({
      ...asset,
      'content-security-policy': appPolicy,
      'cross-origin-embedder-policy': 'require-corp',
    });
});

test('other files and the server’s own pages load nothing', () => {
  const nothing = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  expect(headersOf('bundle.json')).toMatchObject({
    'content-security-policy': nothing,
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-cache',
  });
  expect(headersOf('favicon.svg')).not.toHaveProperty('access-control-allow-origin');
  expect(plainPageHeaders).toMatchObject({
    'content-security-policy': nothing,
    'cache-control': 'no-store',
  });
  expect(strictTransport).toBe('max-age=31536000');
});
