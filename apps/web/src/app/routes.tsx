/** The map of the staff app: every screen and its address. Each screen is loaded when it is first gone to. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { readClientsSearch } from '../clients/clients-search.ts';
import { readImportSearch } from '../clients/import/import-search.ts';
import { readVersionSearch } from '../document/version-search.ts';
import { readLedgerSearch } from '../ledger/ledger-search.ts';
import { readMeSearch } from '../me/me-search.ts';
import { readPeopleSearch } from '../people/people-search.ts';
import { readDisposalSearch } from '../disposal/disposal-search.ts';
import { paths } from './paths.ts';
import { RootLayout } from './root-layout.tsx';
import { NotFound } from './not-found.tsx';
import { ScreenFailed } from './screen-failed.tsx';
import { waitForAllTexts } from '../texts/texts-context.tsx';
import { readDocumentsSearch, readLinesSearch } from '../room/room-search.ts';

/** Loads a screen together with the texts that come after the first ones (tools/texts.ts says which). */
function withAllTexts<T>(load: () => Promise<T>): () => Promise<T> {
  return async () => (await Promise.all([load(), waitForAllTexts()]))[0];
}

const root = createRootRoute({
  component: RootLayout,
  notFoundComponent: NotFound,
  errorComponent: ScreenFailed,
});

/** Screens before there is an unlocked device; they bring their own layout. */
const start = createRoute({
  getParentRoute: () => root,
  path: paths.start,
  component: lazyRouteComponent(() => import('../start/start-page.tsx'), 'StartPage'),
});
const signIn = createRoute({
  getParentRoute: () => root,
  path: paths.signIn,
  component: lazyRouteComponent(() => import('../start/sign-in-page.tsx'), 'SignInPage'),
});
const adoptMe = createRoute({
  getParentRoute: () => root,
  path: paths.adoptMe,
  component: lazyRouteComponent(
    withAllTexts(() => import('../start/adopt-me-page.tsx')),
    'AdoptMePage',
  ),
});
const invitation = createRoute({
  getParentRoute: () => root,
  path: paths.invitation,
  component: lazyRouteComponent(() => import('../start/invitation-page.tsx'), 'InvitationPage'),
});

const today = createRoute({
  getParentRoute: () => root,
  path: paths.today,
  component: lazyRouteComponent(() => import('../today/today-page.tsx'), 'TodayPage'),
});
const clients = createRoute({
  getParentRoute: () => root,
  path: paths.clients,
  validateSearch: readClientsSearch,
  component: lazyRouteComponent(() => import('../clients/clients-page.tsx'), 'ClientsPage'),
});
/** A dialog over the list, which stays as it was filtered. */
const newClient = createRoute({
  getParentRoute: () => clients,
  path: 'new',
  component: lazyRouteComponent(() => import('../clients/new-client-page.tsx'), 'NewClientPage'),
});
const importClients = createRoute({
  getParentRoute: () => root,
  path: paths.importClients,
  validateSearch: readImportSearch,
  component: lazyRouteComponent(() => import('../clients/import-clients-page.tsx'), 'ImportClientsPage'),
});

const room = createRoute({
  getParentRoute: () => root,
  path: paths.room,
  component: lazyRouteComponent(() => import('../room/room-page.tsx'), 'RoomPage'),
});
const roomTabs = [
  createRoute({
    getParentRoute: () => room,
    path: '/',
    component: lazyRouteComponent(() => import('../room/room-overview.tsx'), 'RoomOverview'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: 'documents',
    validateSearch: readDocumentsSearch,
    component: lazyRouteComponent(() => import('../room/room-documents.tsx'), 'RoomDocuments'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: 'people',
    component: lazyRouteComponent(
      withAllTexts(() => import('../room/room-people.tsx')),
      'RoomPeople',
    ),
  }),
  createRoute({
    getParentRoute: () => room,
    path: 'holds',
    component: lazyRouteComponent(() => import('../room/room-holds.tsx'), 'RoomHolds'),
  }),
  createRoute({
    getParentRoute: () => room,
    path: 'ledger',
    validateSearch: readLinesSearch,
    component: lazyRouteComponent(() => import('../room/room-ledger.tsx'), 'RoomLedger'),
  }),
];
const document = createRoute({
  getParentRoute: () => root,
  path: paths.document,
  validateSearch: readVersionSearch,
  component: lazyRouteComponent(
    withAllTexts(() => import('../document/document-page.tsx')),
    'DocumentPage',
  ),
});

const disposal = createRoute({
  getParentRoute: () => root,
  path: paths.disposal,
  validateSearch: readDisposalSearch,
  component: lazyRouteComponent(
    withAllTexts(() => import('../disposal/disposal-page.tsx')),
    'DisposalPage',
  ),
});
const disposalDetails = createRoute({
  getParentRoute: () => root,
  path: paths.disposalDetails,
  component: lazyRouteComponent(
    withAllTexts(() => import('../disposal/disposal-details-page.tsx')),
    'DisposalDetailsPage',
  ),
});
const ledger = createRoute({
  getParentRoute: () => root,
  path: paths.ledger,
  validateSearch: readLedgerSearch,
  component: lazyRouteComponent(
    withAllTexts(() => import('../ledger/ledger-page.tsx')),
    'LedgerPage',
  ),
});
const people = createRoute({
  getParentRoute: () => root,
  path: paths.people,
  validateSearch: readPeopleSearch,
  component: lazyRouteComponent(
    withAllTexts(() => import('../people/people-page.tsx')),
    'PeoplePage',
  ),
});
const person = createRoute({
  getParentRoute: () => root,
  path: paths.person,
  component: lazyRouteComponent(
    withAllTexts(() => import('../people/person-page.tsx')),
    'PersonPage',
  ),
});
const me = createRoute({
  getParentRoute: () => root,
  path: paths.me,
  validateSearch: readMeSearch,
  component: lazyRouteComponent(
    withAllTexts(() => import('../me/me-page.tsx')),
    'MePage',
  ),
});
const settings = createRoute({
  getParentRoute: () => root,
  path: paths.settings,
  component: lazyRouteComponent(
    withAllTexts(() => import('../settings/settings-page.tsx')),
    'SettingsPage',
  ),
});

const routeTree = root.addChildren([
  start,
  signIn,
  adoptMe,
  invitation,
  today,
  clients.addChildren([newClient]),
  importClients,
  room.addChildren(roomTabs),
  document,
  disposal,
  disposalDetails,
  ledger,
  people,
  person,
  me,
  settings,
]);

/** The router. Scroll and focus are restored by the browser's own history. A screen that fails leaves the shell around it standing. */
export const router = createRouter({
  routeTree,
  defaultErrorComponent: ScreenFailed,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
