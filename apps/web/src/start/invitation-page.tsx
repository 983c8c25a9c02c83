import type { ReactNode } from 'react';

export function InvitationPage(): ReactNode {
  return <h1>InvitationPage</h1>;
}
