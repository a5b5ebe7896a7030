// Who has reported, and in time: offices against forms. Each cell has a letter and words, the colour only helps the eye.
import {day, instant, number, period as periodName} from '../common/format';
import {language} from '../common/i18n';
import {href} from '../common/route';
import {Card, Empty} from '../common/ui/basics';
import {Bar} from './charts';
import {may} from './session';
import {stateWord, toneOf} from './states';
import type {Cell, Matrix} from './types';
import {t} from './words';

// One letter a state, the same in both languages' legends.
const signs: Record<string, string> = {
  not_due: '·', missing: '–', exempt: '×', draft: '○', submitted: '●', received: '●', returned: '↩', reopened: '↺', approved: '✓', locked: '✓',
};
const legend = ['approved', 'submitted', 'returned', 'draft', 'missing', 'not_due', 'exempt'];

function words(cell: Cell): string {
  const parts = [stateWord(cell.cell)];
  if (cell.in_conflict) parts.push(t('flag.conflict'));
  if (cell.send_again) parts.push(t('flag.sendAgain'));
  if (cell.changed_since) parts.push(t('flag.changed'));
  if (cell.late_days > 0) parts.push(t('matrix.late', {days: number(cell.late_days)}));
  if (cell.first_arrival) parts.push(t('matrix.arrived', {at: instant(cell.first_arrival)}));
  if (cell.reason) parts.push(cell.reason);
  return parts.join('; ');
}

function CellBox({office, name, form, period, cell}: {office: string; name: string; form: string; period: string; cell: Cell | undefined}) {
  if (!cell) return <td class="cell"><span class="visually-hidden">{t('matrix.notAsked')}</span></td>;
  const alarm = cell.in_conflict || cell.send_again;
  const said = words(cell);
  const tone = alarm ? 'bad' : cell.late_days > 0 && cell.cell !== 'missing' ? 'warn' : toneOf(cell.cell);
  const inner = (
    <>
      <span aria-hidden="true">{alarm ? '!' : signs[cell.cell] ?? '?'}{cell.late_days > 0 && <sub>{cell.late_days > 99 ? '99+' : number(cell.late_days)}</sub>}</span>
      <span class="visually-hidden">{said}</span>
    </>
  );
  const opens = may('officer') && !['missing', 'not_due', 'exempt'].includes(cell.cell);
  return (
    <td class={`cell ${tone} is-${cell.cell}`} title={`${name} · ${form.toUpperCase()}: ${said}`}>
      {opens ? <a href={href('review', office, `report:${form}:${period}`)}>{inner}</a> : inner}
    </td>
  );
}

export function MatrixCard({of}: {of: Matrix}) {
  const asked = of.forms.filter((form) => form.expected > 0 || of.offices.some((office) => office.cells[form.form]));
  return (
    <Card title={t('matrix.title', {period: periodName(of.period)})} flush>
      {asked.length === 0 || of.offices.length === 0 ? <Empty>{t('matrix.none')}</Empty> : (
        <>
          <div class="scroll matrix-box" tabIndex={0} role="region" aria-label={t('matrix.title', {period: periodName(of.period)})}>
            <table class="matrix">
              <thead>
                <tr>
                  <th scope="col">{t('col.office')}</th>
                  {asked.map((form) => (
                    <th scope="col" key={form.form} title={form.label_vi}>
                      {form.form.toUpperCase()}<span class="small muted">{form.due ? day(form.due.slice(0, 10)).slice(0, 5) : '–'}</span>
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {of.offices.map((office) => (
                  <tr key={office.office}>
                    <th scope="row">{office.name}</th>
                    {asked.map((form) => <CellBox key={form.form} office={office.office} name={office.name} form={form.form} period={of.period} cell={office.cells[form.form]} />)}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <ul class="legend small">
            {legend.map((state) => <li key={state}><span class={`cell ${toneOf(state)}`} aria-hidden="true">{signs[state]}</span>{stateWord(state)}</li>)}
            <li><span class="cell bad" aria-hidden="true">!</span>{t('matrix.alarm')}</li>
            <li>{t('matrix.lateLegend')}</li>
          </ul>
          <div class="scroll" tabIndex={0} role="region" aria-label={t('matrix.byForm')}>
            <table class="table by-form">
              <caption class="visually-hidden">{t('matrix.byForm')}</caption>
              <thead><tr><th scope="col">{t('col.form')}</th><th scope="col">{t('trend.submitted')}</th><th scope="col">{t('trend.onTime')}</th><th scope="col">{t('trend.approved')}</th></tr></thead>
              <tbody>
                {asked.map((form) => (
                  <tr key={form.form}>
                    <td><b>{form.form.toUpperCase()}</b> <span lang={language.value === 'vi' ? undefined : 'vi'}>{form.label_vi}</span></td>
                    <td><Bar part={form.submitted} whole={form.expected} label={t('trend.submitted')} /></td>
                    <td><Bar part={form.on_time} whole={form.expected} label={t('trend.onTime')} /></td>
                    <td><Bar part={form.approved} whole={form.expected} label={t('trend.approved')} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Card>
  );
}
