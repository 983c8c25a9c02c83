/** Every benchmark: `<name>.ts` in this folder. */
export const benchmarks: readonly { readonly name: string; readonly title: string }[] = [
  { name: 'seal', title: 'sealing and opening a 256 MiB file in Node, against age and one-shot AES-256-GCM' },
  { name: 'seal-chromium', title: 'the same in a worker of Chromium, from and to its private files' },
  {
    name: 'openings',
    title:
      'audited openings through the real server and warden, against the disk; with a second warden, a witness, both',
  },
  { name: 'listing', title: 'listing 10,000 cards on a device, cold and from the cache' },
  {
    name: 'clients',
    title: 'a firm of 10,000 clients: import, unlock to searchable list, search, in Node and in Chromium',
  },
  {
    name: 'web',
    title:
      'the staff app in Chromium: sizes, first use, unlock, a PDF’s first page, a large file against curl',
  },
  { name: 'ledger', title: 'appends, proofs, verification and memory at one and at ten million entries' },
  { name: 'warden', title: 'punctures among a million slots, openings against the real warden' },
  {
    name: 'punctures',
    title: 'a million random punctures of ten million slots, one more, and a start after them',
  },
  { name: 'backup', title: 'backups of a running server, against cp and restic on the same data' },
  { name: 'footprint', title: 'install time, start time, idle memory, lines of code of the warden' },
];
