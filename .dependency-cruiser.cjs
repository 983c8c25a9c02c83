// The walls of docs/ARCHITECTURE.md between packages, and inside apps/server. Run by tools/check/walls.ts.

const PACKAGES = {
  'packages/core': [],
  'packages/ledger': ['packages/core'],
  'packages/authority': ['packages/core', 'packages/ledger'],
  'packages/protocol': ['packages/core', 'packages/ledger', 'packages/authority'],
  'packages/texts': ['packages/core'],
  'packages/device': ['packages/core', 'packages/ledger', 'packages/authority', 'packages/protocol'],
  'apps/warden': ['packages/core', 'packages/ledger', 'packages/authority'],
  'apps/server': [
    'packages/core',
    'packages/ledger',
    'packages/authority',
    'packages/protocol',
    'packages/texts',
    'apps/warden',
  ],
  'apps/verifier': ['packages/core', 'packages/ledger', 'packages/authority', 'packages/texts'],
  'apps/backup': ['packages/core', 'packages/ledger', 'packages/authority', 'apps/warden'],
  'apps/witness': ['packages/core', 'packages/ledger', 'apps/server', 'apps/warden'],
  'apps/cli': [
    'packages/core',
    'packages/ledger',
    'packages/authority',
    'packages/protocol',
    'packages/texts',
    'packages/device',
    'apps/server',
    'apps/verifier',
    'apps/warden',
    'apps/witness',
    'apps/backup',
    'apps/web',
  ],
  'apps/web': ['packages/core', 'packages/protocol', 'packages/texts', 'packages/device'],
};

const OURS = '^(packages|apps)/';
const TEST_FILES = '\\.test\\.ts$|^(packages|apps)/[^/]+/tests/';

const walls = Object.entries(PACKAGES).map(([folder, allowed]) => ({
  name: `wall-${folder.replace('/', '-')}`,
  comment: `${folder} may import ${allowed.length === 0 ? 'nothing of ours' : allowed.join(', ')}.`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: OURS, pathNot: [folder, ...allowed].map((name) => `^${name}/`) },
}));

module.exports = {
  forbidden: [
    ...walls,
    {
      name: 'no-unknown-package',
      comment: 'A new package gets its line in this file first.',
      severity: 'error',
      from: { path: OURS, pathNot: Object.keys(PACKAGES).map((name) => `^${name}/`) },
      to: {},
    },
    {
      name: 'no-deep-import-of-a-package',
      comment: 'A package is reached at its index.ts (core also at node/index.ts), by its name.',
      severity: 'error',
      from: { path: '^packages/([^/]+)/' },
      to: {
        path: '^(packages|apps)/[^/]+/',
        pathNot: ['^packages/$1/', '^packages/[^/]+/src/(node/)?index\\.ts$'],
      },
    },
    {
      name: 'no-deep-import-from-an-app',
      comment: 'A package is reached at its index.ts (core also at node/index.ts), by its name.',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: {
        path: '^(packages|apps)/[^/]+/',
        pathNot: [
          '^apps/$1/',
          '^packages/[^/]+/src/(node/)?index\\.ts$',
          '^apps/[^/]+/src/((fsck|listening|time-stamps|papers/worker)/)?index\\.ts$',
        ],
      },
    },
    {
      name: 'no-deep-import-from-outside',
      comment:
        "Tests, benchmarks and tools reach a package at its index.ts too. What runs a package's vectors is no part of the package.",
      severity: 'error',
      from: { pathNot: OURS },
      to: {
        path: OURS,
        pathNot: [
          '^packages/[^/]+/src/(node/)?index\\.ts$',
          '^packages/[^/]+/tests/vectors-run\\.ts$',
          '^apps/[^/]+/src/((fsck|listening|time-stamps|papers/worker)/)?index\\.ts$',
        ],
      },
    },
    {
      name: 'packages-import-by-name',
      comment: 'Across a package border the import carries the package name, never a relative path.',
      severity: 'error',
      from: { path: '^((?:packages|apps)/[^/]+)/' },
      to: { path: OURS, pathNot: '^$1/', dependencyTypes: ['local'] },
    },
    {
      name: 'core-node-is-for-node',
      comment: 'The node:crypto twin is handed in by apps; no package that runs in a browser imports it.',
      severity: 'error',
      from: { path: '^packages/', pathNot: ['^packages/core/src/node/', TEST_FILES] },
      to: { path: '^packages/core/src/node/' },
    },
    {
      name: 'server-http-never-storage',
      comment: 'http -> access -> features -> storage.',
      severity: 'error',
      from: { path: '^apps/server/src/http/', pathNot: TEST_FILES },
      to: { path: '^apps/server/src/storage/' },
    },
    {
      name: 'server-access-never-upwards',
      comment: 'http -> access -> features -> storage.',
      severity: 'error',
      from: { path: '^apps/server/src/access/', pathNot: TEST_FILES },
      to: { path: '^apps/server/src/http/' },
    },
    {
      name: 'server-features-never-upwards',
      comment: 'http -> access -> features -> storage.',
      severity: 'error',
      from: { path: '^apps/server/src/features/', pathNot: TEST_FILES },
      to: { path: '^apps/server/src/http/' },
    },
    {
      name: 'server-storage-never-upwards',
      comment: 'http -> access -> features -> storage.',
      severity: 'error',
      from: { path: '^apps/server/src/storage/', pathNot: TEST_FILES },
      to: { path: '^apps/server/src/(http|access|features)/' },
    },
    {
      name: 'server-feature-inside',
      comment: 'A feature is reached at its index.ts.',
      severity: 'error',
      from: { path: '^apps/server/src/features/([^/]+)/' },
      to: {
        path: '^apps/server/src/features/[^/]+/',
        pathNot: ['^apps/server/src/features/$1/', '/index\\.ts$'],
      },
    },
    {
      name: 'server-feature-inside-from-outside',
      comment: 'A feature is reached at its index.ts.',
      severity: 'error',
      from: { pathNot: '^apps/server/src/features/' },
      to: { path: '^apps/server/src/features/[^/]+/', pathNot: '/index\\.ts$' },
    },
    {
      name: 'web-keys-in-the-worker-only',
      comment: 'Pages know the device by its types; what holds keys runs in the worker.',
      severity: 'error',
      from: { path: '^apps/web/src/', pathNot: ['^apps/web/src/key-worker/', TEST_FILES] },
      to: { path: '^packages/(device|protocol)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'web-worker-apart',
      comment: 'The worker that holds the keys and the pages share the contract alone.',
      severity: 'error',
      from: { path: '^apps/web/src/key-worker/', pathNot: TEST_FILES },
      to: {
        path: '^apps/web/src/',
        pathNot: [
          '^apps/web/src/key-worker/',
          '^apps/web/src/keys/(contract|messages|surface)\\.ts$',
          '^apps/web/src/bundle-number\\.ts$',
        ],
      },
    },
    {
      name: 'web-ui-knows-no-app',
      comment: 'ui knows no router, no keys and no screen: texts and the clock of pages are all it asks for.',
      severity: 'error',
      from: { path: '^apps/web/src/ui/' },
      to: {
        path: ['^apps/web/src/(?!ui/|fonts/|styles/|texts/|clock\\.ts$)', '@tanstack/react-router'],
      },
    },
    {
      name: 'web-viewer-apart',
      comment: 'The sealed viewer has nothing of the app in it.',
      severity: 'error',
      from: { path: '^apps/web/src/viewer/', pathNot: TEST_FILES },
      to: { path: ['^apps/web/src/(?!viewer/|styles/|fonts/)', '^packages/(device|protocol)/'] },
    },
    {
      name: 'witness-takes-listening-only',
      comment: 'A witness is small: of the server it has the way of opening a port, and nothing else.',
      severity: 'error',
      from: { path: '^apps/witness/src/' },
      to: { path: '^apps/server/', pathNot: '^apps/server/src/listening/index\\.ts$' },
    },
    {
      name: 'cli-takes-fsck-only',
      comment:
        'The command line is a client; of the server it has the check of a home that stands still, that of time stamps and the files of links, and nothing else.',
      severity: 'error',
      from: { path: '^apps/cli/src/' },
      to: { path: '^apps/server/', pathNot: '^apps/server/src/(?:fsck|listening|time-stamps)/index\\.ts$' },
    },
    {
      name: 'cli-takes-papers-only',
      comment: 'Of the staff app the command line has the making of papers, and nothing else.',
      severity: 'error',
      from: { path: '^apps/cli/src/' },
      to: { path: '^apps/web/', pathNot: '^apps/web/src/papers/worker/index\\.ts$' },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-test-in-product',
      comment: 'Product code does not import tests, benchmarks or tools.',
      severity: 'error',
      from: { path: OURS, pathNot: TEST_FILES },
      to: { path: ['^tests/', '^benchmarks/', '^tools/', TEST_FILES] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['/fixtures/', '/coverage/', '^(?:apps|packages)/[^/]+/dist/'] },
    parser: 'swc',
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.json'],
      mainFields: ['types', 'module', 'main'],
    },
  },
};
