// All reports of this office, and a new one for any form and period.
import {useState} from 'preact/hooks';

import {get} from '../common/api';
import {instant, period} from '../common/format';
import {label} from '../common/i18n';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {Show} from '../common/ui/waiting';
import {openReport} from './start';
import {StateBadge} from './states';
import type {FormEntry, ReportRow} from './types';
import {t} from './words';

// Periods of a form around today, the newest first; years back, for what was on paper until now.
const yearsBack = 5;
function periodsOf(form: FormEntry): string[] {
  const year = new Date().getFullYear();
  const ids: string[] = [];
  for (let y = year; y >= year - yearsBack; --y) {
    if (form.frequencies.includes('yearly')) ids.push(`${y}`);
    if (form.frequencies.includes('sixmonthly')) ids.push(`${y}S2`, `${y}S1`);
    if (form.frequencies.includes('ninemonthly')) ids.push(`${y}C9`);
    if (form.frequencies.includes('quarterly')) for (let q = 4; q > 0; --q) ids.push(`${y}Q${q}`);
    if (form.frequencies.includes('monthly')) for (let m = 12; m > 0; --m) ids.push(`${y}${String(m).padStart(2, '0')}`);
  }
  return ids;
}

function NewReport({forms, close}: {forms: FormEntry[]; close: () => void}) {
  const [code, setCode] = useState(forms[0]?.code ?? '');
  const form = forms.find((one) => one.code === code);
  const periods = form ? periodsOf(form) : [];
  const [chosen, setChosen] = useState('');
  const periodId = periods.includes(chosen) ? chosen : periods[0] ?? '';
  return (
    <Dialog title={t('reports.new')} onClose={close} onSubmit={() => { close(); void openReport(code, periodId); }}
            footer={<><Button onClick={close}>{t('act.cancel')}</Button><Button type="submit" kind="primary">{t('start.begin')}</Button></>}>
      <Field label={t('col.form')}>
        {(bound) => (
          <select class="select" {...bound} value={code} onChange={(event) => setCode(event.currentTarget.value)}>
            {forms.map((one) => <option key={one.code} value={one.code}>{one.code.toUpperCase()} – {label(one)}</option>)}
          </select>
        )}
      </Field>
      <Field label={t('col.period')}>
        {(bound) => (
          <select class="select" {...bound} value={periodId} onChange={(event) => setChosen(event.currentTarget.value)}>
            {periods.map((one) => <option key={one} value={one}>{period(one)}</option>)}
          </select>
        )}
      </Field>
    </Dialog>
  );
}

export function Reports() {
  const work = useLoad('reports', (stop) => Promise.all([get<ReportRow[]>('/reports', {signal: stop}), get<FormEntry[]>('/forms', {signal: stop})]), 15_000);
  const [asking, setAsking] = useState(false);
  const actions = (
    <>
      <a class="button" href="#/import">{t('reports.import')}</a>
      <Button kind="primary" disabled={!work.data} onClick={() => setAsking(true)}>{t('reports.new')}</Button>
    </>
  );
  return (
    <>
      <PageHead title={t('nav.reports')} actions={actions} />
      <Show of={work}>
        {([reports, forms]) => (
          <>
            {asking && <NewReport forms={forms} close={() => setAsking(false)} />}
            <Card flush>
              {reports.length === 0 ? <Empty>{t('reports.none')}</Empty> : (
                <div class="scroll">
                  <table class="table">
                    <thead><tr><th scope="col">{t('col.report')}</th><th scope="col">{t('col.state')}</th><th scope="col">{t('col.changed')}</th><th scope="col"><span class="visually-hidden">{t('nav.history')}</span></th></tr></thead>
                    <tbody>
                      {reports.map((one) => (
                        <tr key={one.id}>
                          <td><a class="strong" href={href('report', one.id)}>{label(forms.find((form) => form.code === one.form), one.form)}</a><div class="small muted">{one.form.toUpperCase()} · {period(one.period)}</div></td>
                          <td><StateBadge of={one} /></td>
                          <td class="small">{instant(one.at)}<div class="muted">{one.by}</div></td>
                          <td><a href={href('history', one.id)} aria-label={`${t('nav.history')}: ${one.form} ${one.period}`}>{t('nav.history')}</a></td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </Card>
          </>
        )}
      </Show>
    </>
  );
}
