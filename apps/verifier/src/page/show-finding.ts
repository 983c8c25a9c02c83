/** A finding in words: what it proves, what it does not, and the facts. */
import { intlTagOf } from '@strongroom/texts';
import type { Translator } from '@strongroom/texts';
import type {
  CertificateFinding,
  DestroyedFacts,
  Finding,
  HeadFacts,
  LedgerFinding,
  LineFacts,
  ReceiptFinding,
  RefusedFinding,
  TrustSource,
  UnsignedFinding,
} from '../evidence/findings.ts';
import { make, makeFacts, makeList } from './element.ts';

/** How a finding looks, and the word on it. */
type State = 'proved' | 'own' | 'unsigned' | 'refused' | 'alarm';

/** The card of a finding. */
export function showFinding(texts: Translator, finding: Finding): HTMLElement {
  return new FindingView(texts).show(finding);
}

class FindingView {
  readonly #texts: Translator;
  readonly #t: Translator['t'];
  readonly #time: Intl.DateTimeFormat;

  constructor(texts: Translator) {
    this.#texts = texts;
    this.#t = texts.t;
    this.#time = new Intl.DateTimeFormat(intlTagOf(texts.locale), {
      dateStyle: 'long',
      timeStyle: 'long',
      timeZone: 'UTC',
    });
  }

  show(finding: Finding): HTMLElement {
    switch (finding.kind) {
      case 'receipt':
        return this.#receipt(finding);
      case 'unsigned':
        return this.#unsigned(finding);
      case 'certificate':
        return this.#certificate(finding);
      case 'ledger':
        return this.#ledger(finding);
      case 'refused':
        return this.#card('refused', finding.name, [make('p', { text: this.#reason(finding) })]);
      case 'fork': {
        const [first, second] = finding.names;
        const { origin } = finding;
        return this.#card('alarm', this.#t('verifier.fork.title'), [
          make('p', { text: this.#t('verifier.reason.fork', { first, second, origin }) }),
        ]);
      }
    }
  }

  #card(state: State, title: string, content: readonly Node[]): HTMLElement {
    return make(
      'article',
      { class: `card finding finding-${state}`, attributes: { 'data-state': state } },
      make(
        'header',
        {},
        make('h3', { text: title, attributes: { dir: 'auto' } }),
        make('span', { class: 'state', text: this.#t(`verifier.state.${state}`) }),
      ),
      ...content,
    );
  }

  #statements(proves: readonly (string | undefined)[], not: readonly (string | undefined)[]): HTMLElement {
    const said = (list: readonly (string | undefined)[]): readonly string[] =>
      list.filter((one) => one !== undefined && one !== '') as string[];
    const part = (title: string, list: readonly (string | undefined)[]): HTMLElement =>
      make('div', {}, make('h4', { text: title }), makeList(said(list)));
    return make(
      'div',
      { class: 'statements' },
      part(this.#t('verifier.proves.title'), proves),
      part(this.#t('verifier.not.title'), not),
    );
  }

  #receipt(finding: ReceiptFinding): HTMLElement {
    const { head, line, trust, name } = finding;
    return this.#card(stateOf(trust), this.#t('verifier.receipt.title', { line: String(line.index) }), [
      this.#statements(
        [
          this.#t('verifier.proves.line', { line: String(line.index), origin: head.origin }),
          this.#signed(head),
          this.#destroyed(line.destroyed),
          this.#followed(line.destroyed),
        ],
        [
          this.#notOwn(trust),
          this.#notWitness(head),
          this.#t('verifier.not.clock'),
          this.#notFollowed(line.destroyed),
          this.#t('verifier.not.copies'),
        ],
      ),
      this.#facts(name, line, head, trust),
      ...this.#keys(line.destroyed),
    ]);
  }

  #unsigned(finding: UnsignedFinding): HTMLElement {
    const { head, line, name } = finding;
    const number = String(line.index);
    return this.#card('unsigned', this.#t('verifier.receipt.title', { line: number }), [
      this.#statements(
        [this.#t('verifier.proves.leads', { line: number })],
        [
          this.#t('verifier.not.signed'),
          this.#t('verifier.not.clock'),
          this.#notFollowed(line.destroyed),
          this.#t('verifier.not.copies'),
        ],
      ),
      this.#facts(name, line, head, undefined),
      ...this.#keys(line.destroyed),
    ]);
  }

  #certificate(finding: CertificateFinding): HTMLElement {
    const { head, trust, destroyed, steps, horizonDays } = finding;
    const [proposed, approved] = steps;
    const horizon =
      horizonDays === 0
        ? this.#t('certificate.horizon.none')
        : this.#t('certificate.horizon.days', { count: horizonDays });
    const stepNames = ['proposed', 'approved', 'begun', 'done'] as const;
    return this.#card(stateOf(trust), this.#t('verifier.certificate.title'), [
      this.#statements(
        [
          this.#destroyed(destroyed),
          this.#followed(destroyed),
          this.#t('verifier.proves.steps'),
          this.#signed(head),
        ],
        [
          this.#notOwn(trust),
          this.#notWitness(head),
          this.#t('verifier.not.people', {
            proposed: proposed?.device ?? '',
            approved: approved?.device ?? '',
          }),
          this.#t('verifier.not.clock'),
          this.#texts.find(`certificate.level.${destroyed.level}`) ??
            this.#t('verifier.level', { level: destroyed.level }),
          this.#notFollowed(destroyed),
          horizon,
          ...finding.residuals.map((name) => this.#texts.find(`certificate.residual.${name}`)),
        ],
      ),
      makeFacts([
        [this.#t('verifier.fact.file'), finding.name],
        [this.#t('verifier.fact.firm'), finding.firm, true],
        ...(finding.firmRoot === undefined
          ? []
          : [[this.#t('verifier.fact.root'), finding.firmRoot, true] as const]),
        [this.#t('verifier.fact.vault'), finding.vault, true],
        [this.#t('verifier.fact.room'), finding.room, true],
        [this.#t('verifier.fact.disposal'), destroyed.disposal, true],
        ...steps.map(
          ({ index, atMs }, place) =>
            [
              this.#t(`verifier.fact.${stepNames[place] ?? 'done'}`),
              `${this.#time.format(atMs)} · ${this.#t('verifier.line.number', { line: String(index) })}`,
            ] as const,
        ),
        ...this.#headFacts(head, trust),
      ]),
      ...this.#keys(destroyed),
    ]);
  }

  #ledger(finding: LedgerFinding): HTMLElement {
    const { head, trust, name, firmRoot, voids, disagreements, isJudged } = finding;
    const title =
      firmRoot === undefined
        ? this.#t('verifier.ledger.vault', { vault: name })
        : this.#t('verifier.ledger.office');
    const last = String(head.size - 1);
    const refused = voids - disagreements.length;
    return this.#card(disagreements.length > 0 ? 'alarm' : stateOf(trust), title, [
      ...disagreements.map(({ index, code }) =>
        make('p', { class: 'alarm', text: this.#t('verifier.rules.broken', { line: String(index), code }) }),
      ),
      this.#statements(
        [
          this.#t('verifier.proves.whole', { from: '0', to: last }),
          this.#signed(head),
          trust === 'root' ? this.#t('verifier.proves.begins') : undefined,
          isJudged ? this.#t('verifier.proves.judged') : undefined,
          refused > 0 ? this.#t('verifier.proves.voids', { count: refused }) : undefined,
        ],
        [
          this.#notOwn(trust),
          isJudged ? undefined : this.#t('verifier.not.allowed'),
          this.#notWitness(head),
          this.#t('verifier.not.later', { line: last }),
          this.#t('verifier.not.clock'),
          this.#t('verifier.not.copies'),
        ],
      ),
      makeFacts([
        [this.#t('verifier.fact.file'), name],
        [this.#t('verifier.fact.lines'), String(head.size)],
        [this.#t('verifier.fact.root'), firmRoot, true],
        ...this.#headFacts(head, trust),
      ]),
    ]);
  }

  #facts(name: string, line: LineFacts, head: HeadFacts, trust: TrustSource | undefined): HTMLElement {
    return makeFacts([
      [this.#t('verifier.fact.file'), name],
      [this.#t('verifier.fact.said'), this.#say(line)],
      [this.#t('verifier.fact.time'), this.#time.format(line.atMs)],
      [this.#t('verifier.fact.hash'), line.hash, true],
      ...this.#headFacts(head, trust),
    ]);
  }

  #headFacts(
    head: HeadFacts,
    trust: TrustSource | undefined,
  ): readonly (readonly [string, string | undefined, boolean?])[] {
    return [
      [this.#t('verifier.fact.ledger'), head.origin, true],
      [this.#t('verifier.fact.head'), `${head.size} · ${head.root}`, true],
      [this.#t('verifier.fact.key'), head.keyId, true],
      [this.#t('verifier.fact.witnesses'), head.cosigners.join(', ') || this.#t('verifier.nobody')],
      [this.#t('verifier.fact.by'), trust === undefined ? undefined : this.#t(`verifier.by.${trust}`)],
    ];
  }

  #keys(destroyed: DestroyedFacts | undefined): readonly Node[] {
    if (destroyed === undefined) return [];
    const part = (name: string): string => this.#texts.find(`certificate.part.${name}`) ?? name;
    return [
      make(
        'details',
        {},
        make('summary', { text: `${this.#t('verifier.fact.keys')} (${destroyed.items.length})` }),
        make(
          'ul',
          { class: 'keys' },
          ...destroyed.items.map(({ record, version, part: name, slot }) =>
            make(
              'li',
              {},
              make('span', { class: 'mono', text: record }),
              ` ${this.#t('verifier.item', { version: String(version), part: part(name), number: String(slot) })}`,
            ),
          ),
        ),
      ),
    ];
  }

  /** The sentence of a line; names are not in a ledger, so it has ids. */
  #say(line: LineFacts): string {
    const { kind, who, room, what, facts } = line;
    const fact = (name: string): string => String(facts[name] ?? '');
    const key = kind === 'signed-in' && !('ok' in facts) ? 'signed-in' : kind;
    return (
      this.#texts.find(`line.${key}`, {
        who,
        subject: fact('subject') || fact('person') || who,
        room,
        vault: fact('vault'),
        what: kind === 'refused' ? fact('code') : what.join(', ') || room,
        role: fact('role'),
        version: fact('version'),
        line: fact('index'),
        number: fact('number'),
        minimum: fact('minimum'),
        count: Number(facts['count'] ?? facts['kept'] ?? what.length),
      }) ?? kind
    );
  }

  #signed(head: HeadFacts): string {
    const { keyId, size, cosigners } = head;
    const signed = this.#t('verifier.proves.signed', { key: keyId, count: size });
    return cosigners.length === 0
      ? signed
      : `${signed} ${this.#t('verifier.proves.cosigned', { names: cosigners.join(', ') })}`;
  }

  #destroyed(destroyed: DestroyedFacts | undefined): string | undefined {
    if (destroyed === undefined) return undefined;
    return this.#t('verifier.proves.destroyed', {
      count: new Set(destroyed.items.map(({ record }) => record)).size,
    });
  }

  #followed(destroyed: DestroyedFacts | undefined): string | undefined {
    return destroyed?.second === 'current' ? this.#t('certificate.second.current') : undefined;
  }

  #notFollowed(destroyed: DestroyedFacts | undefined): string | undefined {
    return destroyed?.second === 'absent' ? this.#t('certificate.second.absent') : undefined;
  }

  #notOwn(trust: TrustSource): string | undefined {
    return trust === 'own' ? this.#t('verifier.not.own') : undefined;
  }

  #notWitness(head: HeadFacts): string | undefined {
    return head.cosigners.length === 0 ? this.#t('verifier.not.witness') : undefined;
  }

  #reason({ reason, where = '', line }: RefusedFinding): string {
    switch (reason) {
      case 'bundle-malformed':
      case 'certificate-differs':
      case 'file-missing':
        return this.#t(`verifier.reason.${reason}`, { where });
      case 'difference':
        return line === undefined
          ? this.#t('verifier.reason.difference-file', { where })
          : this.#t('verifier.reason.difference', { where, line: String(line) });
      default:
        return this.#t(`verifier.reason.${reason}`);
    }
  }
}

function stateOf(trust: TrustSource): State {
  return trust === 'own' ? 'own' : 'proved';
}
