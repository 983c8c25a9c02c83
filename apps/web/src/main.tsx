/** Starts the staff app in a page. */
import './styles/index.css';
// The look of rows (`row-name`, `row-under`, `table`) is for the lists of screens too, whether they use Table or not.
import './ui/table/table.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/routes.tsx';
import { connectKeys } from './keys/keys-client.ts';
import { KeysProvider } from './keys/keys-context.tsx';
import { applyTheme } from './app/theme.ts';
import { loadFirstTexts, TextsProvider } from './texts/texts-context.tsx';
import { ToastsProvider } from './ui/index.ts';

const container = document.getElementById('root');
if (container === null) throw new Error('the page has no #root');
applyTheme();
const client = connectKeys();
const queries = new QueryClient();
const first = await loadFirstTexts();
createRoot(container).render(
  <StrictMode>
    <TextsProvider first={first}>
      <QueryClientProvider client={queries}>
        <KeysProvider client={client}>
          <ToastsProvider>
            <RouterProvider router={router} />
          </ToastsProvider>
        </KeysProvider>
      </QueryClientProvider>
    </TextsProvider>
  </StrictMode>,
);
