/** What checking a receipt or a certificate came to, in the words of the verifier's page: what it proves, and by whose word. */
import type { Finding, RefusedFinding } from '@strongroom/verifier';
import type { Output } from '../output/output.ts';

/** Says one finding. What is no proof goes where warnings go. */
export function sayFinding(output: Output, finding: Finding): void {
  const { t } = output;
  switch (finding.kind) {
    case 'receipt':
    case 'unsigned': {
      const line = String(finding.line.index);
      const title = t('verifier.receipt.title', { line });
      if (finding.kind === 'unsigned') {
        output.warn(`${finding.name}: ${title}: ${t('verifier.state.unsigned')}`);
        output.warn(`  ${t('verifier.not.signed')}`);
        return;
      }
      output.line(`${finding.name}: ${title}: ${stateOf(output, finding.trust)}`);
      output.line(`  ${t('verifier.proves.line', { line, origin: finding.head.origin })}`);
      saySecond(output, finding.line.destroyed?.second);
      return;
    }
    case 'certificate': {
      const { trust, destroyed, name } = finding;
      const count = new Set(destroyed.items.map(({ record }) => record)).size;
      output.line(`${name}: ${t('verifier.certificate.title')}: ${stateOf(output, trust)}`);
      output.line(`  ${t('verifier.proves.destroyed', { count })}`);
      output.line(`  ${t('verifier.proves.steps')}`);
      saySecond(output, destroyed.second);
      return;
    }
    case 'ledger':
      output.line(`${finding.name}: ${stateOf(output, finding.trust)}`);
      return;
    case 'fork': {
      const [first, second] = finding.names;
      output.warn(t('verifier.reason.fork', { first, second, origin: finding.origin }));
      return;
    }
    case 'refused':
      output.warn(`${finding.name}: ${t('verifier.state.refused')}`);
      output.warn(`  ${reasonOf(output, finding)}`);
  }
}

/** Whether the second warden had followed: that it had not is no proof, and goes where warnings go. */
function saySecond(output: Output, second: 'current' | 'absent' | undefined): void {
  if (second === 'current') output.line(`  ${output.t('certificate.second.current')}`);
  if (second === 'absent') output.warn(`  ${output.t('certificate.second.absent')}`);
}

function stateOf({ t }: Output, trust: 'root' | 'policy' | 'own'): string {
  return `${t(trust === 'own' ? 'verifier.state.own' : 'verifier.state.proved')} (${t(`verifier.by.${trust}`)})`;
}

function reasonOf({ t }: Output, { reason, where = '', line }: RefusedFinding): string {
  switch (reason) {
    case 'bundle-malformed':
    case 'certificate-differs':
    case 'file-missing':
      return t(`verifier.reason.${reason}`, { where });
    case 'difference':
      return line === undefined
        ? t('verifier.reason.difference-file', { where })
        : t('verifier.reason.difference', { where, line: String(line) });
    default:
      return t(`verifier.reason.${reason}`);
  }
}
