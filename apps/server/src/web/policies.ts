/**
 * The headers that each kind of page and file comes with, with the reasons. The two content policies are the contract's, because
 * `strongroom verify-web` compares what is served with them. A test holds literals against this file.
 */
import { webPageHeaders, webPolicies } from '@strongroom/protocol';

export type Headers = Readonly<Record<string, string>>;

/** What the pages may ask of the machine. Everything that a browser knows is off, but: */
const permitted: Readonly<Record<string, string>> = {
  // an enrolment code is read from another screen
  camera: 'self',
  // "Copy the link" of an invitation
  'clipboard-write': 'self',
  // WebAssembly threads in the worker need an isolated page; off would undo the two isolation headers
  'cross-origin-isolated': 'self',
};

const switchedOff = [
  'accelerometer',
  'autoplay',
  'browsing-topics',
  'clipboard-read',
  'compute-pressure',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'sync-xhr',
  'usb',
  'window-management',
  'xr-spatial-tracking',
] as const;

const permissionsPolicy = [
  ...Object.entries(permitted).map(([name, who]) => `${name}=(${who})`),
  ...switchedOff.map((name) => `${name}=()`),
].join(', ');

const page: Headers = {
  ...webPageHeaders,
  // nobody else's page may load these bytes as anything
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': permissionsPolicy,
  // the page is small and names the hashed files: an old one would keep an old app alive
  'cache-control': 'no-store',
};

/** `index.html`, at every address of the app. */
const appPageHeaders: Headers = {
  ...page,
  'content-security-policy': webPolicies.app,
};

/** `viewer.html`, in whose frame a stranger's document is drawn: no storage, no network, no way to its parent. */
const viewerPageHeaders: Headers = {
  ...page,
  'content-security-policy': webPolicies.viewer,
  // the policy has no frame-ancestors; nobody else draws in our name
  'x-frame-options': 'SAMEORIGIN',
};

/** `/assets/*`: names carry a hash of their content, so that they never change. */
const assetHeaders: Headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // the viewer's frame has an origin of its own and asks as a stranger; the files are the same for everybody
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'cache-control': 'public, max-age=31536000, immutable',
};

/** Scripts among them: a worker takes its policy and its isolation from its own script's headers, not from the page. */
const scriptAssetHeaders: Headers = {
  ...assetHeaders,
  'cross-origin-embedder-policy': webPageHeaders['cross-origin-embedder-policy'],
  'content-security-policy': webPolicies.app,
};

/** Files beside the pages whose names stay (icon, list of the bundle): asked for anew, answered briefly where nothing changed. */
const fileHeaders: Headers = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
};

/** Pages that the server writes itself: text and nothing else. */
export const plainPageHeaders: Headers = {
  'content-security-policy':
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The headers of a file of the bundle. */
export function headersOf(path: string): Headers {
  if (path === 'index.html') return appPageHeaders;
  if (path === 'viewer.html') return viewerPageHeaders;
  if (!path.startsWith('assets/')) return fileHeaders;
  return /\.m?js$/.test(path) ? scriptAssetHeaders : assetHeaders;
}
