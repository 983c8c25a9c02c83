/** What other screens use of the clients. */
export { EditClientDialog } from './edit-client-dialog.tsx';
export type { EditClientDialogProps } from './edit-client-dialog.tsx';
export { useClient, useClients, useGroups, useNamesOf, usePeople } from './use-clients.ts';
export type { ClientsQuery } from './use-clients.ts';
