// The state of a report in words. Nothing is called received before the province's receipt is here.
import {Badge, type Tone} from '../common/ui/basics';
import type {ReportRow} from './types';
import {t, type Word} from './words';

type Shown = Pick<ReportRow, 'state' | 'fate' | 'receipt_at' | 'conflict' | 'changed_since' | 'awaiting_leader'>;

export function stateOf(report: Shown): {tone: Tone; text: string} {
  if (report.conflict) return {tone: 'bad', text: t('state.conflict')};
  if (report.fate === 'refused') return {tone: 'bad', text: t('state.refused')};
  switch (report.state) {
    case null: return {tone: 'warn', text: t('state.noForm')};
    case 'returned': return {tone: 'bad', text: t('state.returned')};
    case 'reopened': return {tone: 'warn', text: t('state.reopened')};
    // Submitted is the office's own word; that it arrived, only the receipt says.
    case 'submitted': return report.receipt_at ? {tone: 'good', text: t('state.arrived')} : {tone: 'info', text: t('state.onItsWay')};
    case 'received': return {tone: 'good', text: t('state.received')};
    case 'approved': return {tone: 'good', text: t('state.approved')};
    case 'locked': return {tone: 'good', text: t('state.locked')};
    default: return report.awaiting_leader ? {tone: 'warn', text: t('state.awaiting')} : {tone: 'plain', text: t('state.draft')};
  }
}

export function StateBadge({of}: {of: Shown}) {
  const {tone, text} = stateOf(of);
  return (
    <span class="row states">
      <Badge tone={tone}>{text}</Badge>
      {of.changed_since && <Badge tone="warn">{t('state.changed')}</Badge>}
    </span>
  );
}

export const fateWord = (fate: string): string => t(`fate.${fate}` as Word);
