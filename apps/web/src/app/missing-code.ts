/** What the browsers say where a part of the app cannot be fetched: after an update its file has another name. */
const signs = [
  'dynamically imported module', // Chromium, Firefox
  'importing a module script failed', // WebKit
  'unable to preload css', // Vite
];

/** Whether a screen failed because its code could not be had, not because of what it does. */
export function isMissingCode(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const words = error.message.toLowerCase();
  return signs.some((sign) => words.includes(sign));
}
