// Targets against what was reported. What is missing is said, never counted as zero.
import {get} from '../common/api';
import {number, period as periodName} from '../common/format';
import {label, language} from '../common/i18n';
import {useLoad} from '../common/load';
import {Card, Empty} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {State, stateWord} from './states';
import type {Target} from './types';
import {t} from './words';

const signs: Record<string, string> = {'>': '>', '>=': '≥', '<': '<', '<=': '≤', '=': '=', gt: '>', ge: '≥', lt: '<', le: '≤', eq: '='};

function goal(of: Target): string {
  const unit = of.unit ? ` ${of.unit}` : '';
  if (of.comparator === 'between') return `${number(of.low)}–${number(of.high)}${unit}`;
  return `${signs[of.comparator] ?? of.comparator} ${number(of.low ?? of.high)}${unit}`;
}

// How far, of a goal that is reached from below.
function part(of: Target): number | null {
  const to = of.low ?? of.high;
  if (of.value === null || !to || to <= 0 || of.comparator.startsWith('l') || of.comparator.startsWith('<')) return null;
  return Math.max(0, Math.min(100, 100 * of.value / to));
}

function Row({of}: {of: Target}) {
  const far = part(of);
  const reason = language.value === 'en' ? of.reason_en : of.reason_vi;
  return (
    <tr>
      <td>{label(of)}{reason && <div class="small muted">{reason}</div>}</td>
      <td class="nowrap">{goal(of)}<div class="small muted">{periodName(of.period)}</div></td>
      <td>
        <b>{of.value === null ? t('value.noData') : number(of.value)}</b>
        {far !== null && <span class="bar-track wide" role="img" aria-label={`${number(Math.round(far))}%`}><i style={{width: `${far}%`}} /></span>}
        {of.units && <div class="small muted">{t('target.units', {reached: number(of.units.reached), expected: number(of.units.expected)})}</div>}
      </td>
      <td class="years">{of.years.map((year) => <span key={year.period} class="small nowrap" title={stateWord(year.status)}>{year.period}: {year.value === null ? '–' : number(year.value)}</span>)}</td>
      <td><State of={of.status} /></td>
    </tr>
  );
}

export function Targets() {
  const targets = useLoad('targets', (stop) => get<Target[]>('/targets', {signal: stop}));
  return (
    <Card title={t('target.title')} flush>
      <Show of={targets}>
        {(list) => list.length === 0 ? <Empty>{t('target.none')}</Empty> : (
          <div class="scroll" tabIndex={0} role="region" aria-label={t('target.title')}>
            <table class="table targets">
              <thead><tr>{(['col.target', 'col.goal', 'col.now', 'col.years', 'col.state'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}</tr></thead>
              <tbody>{list.map((one) => <Row key={one.id} of={one} />)}</tbody>
            </table>
          </div>
        )}
      </Show>
    </Card>
  );
}
