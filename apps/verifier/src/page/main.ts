/** The verifier's page: files and trust in, findings out. It has no network, keeps nothing, and shows one language at a time. */
import { createSignatureEngine } from '@strongroom/core';
import { createVerifierTranslator, findLocale, intlTagOf, localeNames, locales } from '@strongroom/texts';
import type { Locale, TextId } from '@strongroom/texts';
import { checkEvidence } from '../evidence/check-evidence.ts';
import type { Finding, PickedFile } from '../evidence/findings.ts';
import { make } from './element.ts';
import { fromDrop, fromInput } from './picked-files.ts';
import { showFinding } from './show-finding.ts';

const engine = createSignatureEngine();
const files = new Map<string, PickedFile>();
let findings: readonly Finding[] | 'broken' | undefined;
let texts = createVerifierTranslator(navigator.languages.map(findLocale).find(Boolean) ?? 'en');
let run = 0;

const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;
const language = byId<HTMLSelectElement>('language');
const pick = byId<HTMLInputElement>('pick');
const folder = byId<HTMLInputElement>('folder');
const drop = byId('drop');
const chosen = byId('chosen');
const chosenCount = byId('chosen-count');
const root = byId<HTMLInputElement>('root');
const policy = byId<HTMLTextAreaElement>('policy');
const status = byId('status');
const results = byId('results');

function sayAll(): void {
  document.documentElement.lang = intlTagOf(texts.locale);
  document.title = texts.t('verifier.title');
  for (const element of document.querySelectorAll<HTMLElement>('[data-text]'))
    element.textContent = texts.find(element.dataset['text'] ?? '') ?? '';
  sayFiles();
  sayFindings();
}

function sayFiles(): void {
  chosen.hidden = files.size === 0;
  chosenCount.textContent = texts.t('verifier.files.count', { count: files.size });
}

function sayFindings(): void {
  results.replaceChildren();
  if (findings === undefined) return;
  results.append(make('h2', { text: texts.t('verifier.results'), attributes: { tabindex: '-1' } }));
  if (findings === 'broken')
    results.append(make('p', { class: 'alarm', text: texts.t('verifier.reason.broken') }));
  else results.append(...findings.map((finding) => showFinding(texts, finding)));
}

function say(id: TextId | undefined): void {
  status.textContent = id === undefined ? '' : (texts.find(id) ?? '');
}

function add(more: readonly PickedFile[]): void {
  for (const file of more) files.set(file.path, file);
  findings = undefined;
  say(undefined);
  sayFiles();
  sayFindings();
}

async function check(): Promise<void> {
  if (files.size === 0) {
    say('verifier.files.none');
    return;
  }
  const number = ++run;
  say('verifier.checking');
  results.setAttribute('aria-busy', 'true');
  let found: readonly Finding[] | 'broken';
  try {
    found = await checkEvidence(engine, [...files.values()], { root: root.value, policy: policy.value });
  } catch {
    found = 'broken'; // a mistake of ours must not look like a proof
  }
  if (number !== run) return;
  findings = found;
  results.setAttribute('aria-busy', 'false');
  say(undefined);
  sayFindings();
  results.querySelector('h2')?.focus();
}

for (const locale of locales) {
  const option = make('option', {
    text: localeNames[locale],
    attributes: { value: locale, lang: intlTagOf(locale) },
  });
  option.selected = locale === texts.locale;
  language.append(option);
}
language.addEventListener('change', () => {
  texts = createVerifierTranslator(language.value as Locale);
  sayAll();
});
for (const input of [pick, folder]) {
  input.addEventListener('change', () => {
    if (input.files !== null) add(fromInput(input.files));
    input.value = '';
  });
}
byId('pick-button').addEventListener('click', () => pick.click());
byId('folder-button').addEventListener('click', () => folder.click());
byId('clear').addEventListener('click', () => {
  files.clear();
  add([]);
  byId('pick-button').focus();
});
byId('form').addEventListener('submit', (event) => {
  event.preventDefault();
  void check();
});
// A file that is dropped beside the field must not be opened in place of the page.
for (const name of ['dragover', 'drop']) document.addEventListener(name, (event) => event.preventDefault());
for (const name of ['dragenter', 'dragover']) drop.addEventListener(name, () => drop.classList.add('over'));
for (const name of ['dragleave', 'drop']) drop.addEventListener(name, () => drop.classList.remove('over'));
drop.addEventListener('drop', (event) => {
  if (event.dataTransfer !== null) void fromDrop(event.dataTransfer).then(add);
});

sayAll();
