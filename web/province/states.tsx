// The state of a report in words; never by its colour alone.
import {Badge, type Tone} from '../common/ui/basics';
import {t, type Word} from './words';

const tones: Record<string, Tone> = {
  draft: 'plain', submitted: 'info', received: 'info', returned: 'warn', reopened: 'warn', approved: 'good', locked: 'good',
  missing: 'bad', not_due: 'plain', exempt: 'plain', met: 'good', exceeded: 'good', not_met: 'bad', on_the_way: 'info', not_enough_data: 'plain',
  moi: 'warn', da_tiep_nhan: 'info', dang_xu_ly: 'info', da_tra_loi: 'good', tu_choi: 'plain', dong: 'plain', mo_lai: 'warn',
};

export const toneOf = (state: string): Tone => tones[state] ?? 'plain';
export const stateWord = (state: string): string => t(`state.${state}` as Word);

export function State({of}: {of: string}) { return <Badge tone={toneOf(of)}>{stateWord(of)}</Badge>; }

interface Flags { in_conflict?: boolean | undefined; send_again?: boolean | undefined; changed_since?: boolean | undefined; withdrawal_asked?: boolean | undefined }
export function Flagged({of}: {of: Flags}) {
  return (
    <>
      {of.in_conflict && <Badge tone="bad">{t('flag.conflict')}</Badge>}
      {of.send_again && <Badge tone="bad">{t('flag.sendAgain')}</Badge>}
      {of.changed_since && <Badge tone="warn">{t('flag.changed')}</Badge>}
      {of.withdrawal_asked && <Badge tone="warn">{t('flag.withdrawal')}</Badge>}
    </>
  );
}
