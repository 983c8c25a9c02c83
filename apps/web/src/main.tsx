/** Starts the staff app in a page. */
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './app/routes.tsx';
import { loadFirstTexts, TextsProvider } from './texts/texts-context.tsx';

const container = document.getElementById('root');
if (container === null) throw new Error('the page has no #root');
const first = await loadFirstTexts();
createRoot(container).render(
  <StrictMode>
    <TextsProvider first={first}>
      <RouterProvider router={router} />
    </TextsProvider>
  </StrictMode>,
);
