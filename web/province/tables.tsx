// One form and period of all offices as one report, with every figure opened into its offices, and two periods compared.
import {useState} from 'preact/hooks';

import {get} from '../common/api';
import {number, period as periodName} from '../common/format';
import {label, message} from '../common/i18n';
import {useLoad} from '../common/load';
import {Alert, Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {FigureDialog} from './figure';
import {OfficialRun} from './official';
import {choose, chosen, FormPick, PeriodPick, useForms, usePeriods} from './pick';
import {may} from './session';
import type {Consolidation, Figure, FormDocument, FormField, FormSection} from './types';
import {isNumber, shown} from './values';
import {t} from './words';

const formats = [['xlsx', 'XLSX'], ['csv', 'CSV'], ['dhis2', 'DHIS2 JSON'], ['dhis2-csv', 'DHIS2 CSV']] as const;

function Exports({query}: {query: string}) {
  const at = (format: string) => `/api/v1/consolidate/export?${query}&format=${format}`;
  return (
    <span class="row no-print" role="group" aria-label={t('table.export')}>
      <span class="small muted">{t('table.export')}</span>
      {formats.map(([format, name]) => <a class="button slim" key={format} href={at(format)} download>{name}</a>)}
      <a class="button slim" href={at('html')} target="_blank" rel="noopener">{t('table.print')}</a>
    </span>
  );
}

function Coverage({of}: {of: Figure}) {
  if (of.n_expected === 0) return <span class="muted">{number(of.n_reported)}</span>;
  const short = of.n_reported < of.n_expected;
  return <span class={short ? 'warn' : 'muted'}>{number(of.n_reported)}/{number(of.n_expected)}{short && <span class="visually-hidden"> {t('table.short')}</span>}</span>;
}

function Value({of, field}: {of: Figure | undefined; field: FormField}) {
  if (!of || of.value === null) return <span class="muted">{t('value.empty')}</span>;
  return <>{of.approx && `${t('value.about')} `}{shown(of.value, field)}</>;
}

function Difference({now, then}: {now: Figure | undefined; then: Figure | undefined}) {
  if (typeof now?.value !== 'number' || typeof then?.value !== 'number') return <td class="number muted">–</td>;
  const by = Number((now.value - then.value).toFixed(6));
  return <td class="number nowrap">{by === 0 ? '=' : `${by > 0 ? '▲ +' : '▼ '}${number(by)}`}</td>;
}

function Figures({section, of, other, open}: {section: FormSection; of: Consolidation; other: Consolidation | null; open: (field: FormField) => void}) {
  const fields = section.fields.filter((field) => of.values[field.id]);
  if (fields.length === 0) return <Empty>{t('table.noFigures')}</Empty>;
  return (
    <table class="table figures">
      <thead>
        <tr><th scope="col">{t('col.field')}</th><th scope="col" class="number">{periodName(of.period)}</th>
          {other && <><th scope="col" class="number">{periodName(other.period)}</th><th scope="col" class="number">{t('col.change')}</th></>}
          <th scope="col" class="number">{t('col.coverage')}</th></tr>
      </thead>
      <tbody>
        {fields.map((field) => {
          const figure = of.values[field.id]!;
          return (
            <tr key={field.id}>
              <th scope="row"><button type="button" class="link" onClick={() => open(field)}>{label(field)}</button>{field.unit && <span class="muted small"> ({field.unit})</span>}</th>
              <td class={isNumber(field) ? 'number strong' : 'long'}><Value of={figure} field={field} /></td>
              {other && <><td class={isNumber(field) ? 'number muted' : 'long muted'}><Value of={other.values[field.id]} field={field} /></td><Difference now={figure} then={other.values[field.id]} /></>}
              <td class="number nowrap"><Coverage of={figure} /></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const rowsMax = 200;

function Rows({section, of, open}: {section: FormSection; of: Consolidation; open: (field: FormField) => void}) {
  const rows = of.rows[section.id] ?? [];
  if (rows.length === 0) return <Empty>{t('table.noRows')}</Empty>;
  const used = section.fields.filter((field) => rows.some((row) => row[field.id] !== undefined));
  return (
    <table class="table">
      <thead><tr><th scope="col">#</th>{used.map((field) => <th scope="col" key={field.id} class={isNumber(field) ? 'number' : ''}><button type="button" class="link" onClick={() => open({...field, id: `${section.id}/${field.id}`})}>{label(field)}</button></th>)}</tr></thead>
      <tbody>{rows.slice(0, rowsMax).map((row, at) => (
        <tr key={row._id}><td class="muted">{number(at + 1)}</td>{used.map((field) => <td key={field.id} class={isNumber(field) ? 'number' : ''}>{shown(row[field.id], field)}</td>)}</tr>
      ))}</tbody>
      {rows.length > rowsMax && <caption>{t('table.moreRows', {n: number(rows.length - rowsMax)})}</caption>}
    </table>
  );
}

function Notes({of}: {of: Consolidation}) {
  const [all, setAll] = useState(false);
  const notes = of.warnings.length + of.differences.length + of.conflicts.length + of.missing.length;
  if (notes === 0) return <Alert tone="good"><p>{t('table.sound', {n: number(of.sources.length)})}</p></Alert>;
  return (
    <Alert tone="warn">
      <p>{t('table.notes', {sources: number(of.sources.length), missing: number(of.missing.length), differences: number(of.differences.length), conflicts: number(of.conflicts.length)})}</p>
      <div><Button slim aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? 'table.hideNotes' : 'table.showNotes')}</Button></div>
      {all && (
        <ul class="small stack tight">
          {of.missing.length > 0 && <li><b>{t('table.missing')}</b> {of.missing.join(', ')}</li>}
          {of.conflicts.map((one) => <li key={one.office + one.id}><b>{t('flag.conflict')}</b> {one.office} · {one.id}</li>)}
          {of.differences.map((one) => <li key={one.section + one.row + one.field}><b>{t('table.differs')}</b> {one.section}/{one.field}: {one.values.map((v) => `${v.office} = ${shown(v.value)}`).join('; ')}</li>)}
          {of.warnings.map((one, at) => <li key={at}>{message({message_vi: one.message_vi, message: one.message_en}) || `${one.code ?? ''} ${one.field ?? ''}`}</li>)}
        </ul>
      )}
    </Alert>
  );
}

export function Tables() {
  const periods = usePeriods(), forms = useForms();
  const form = chosen('form') || forms.data?.find((one) => one.code === 'bm05')?.code || forms.data?.[0]?.code || '';
  const period = chosen('period') || periods.data?.[0]?.period || '';
  const against = chosen('against'), official = chosen('official') === 'yes';
  const [opened, setOpened] = useState<FormField | null>(null);
  const query = `form=${form}&period=${period}&official=${official}`;
  const table = useLoad(`table ${query} ${against}`, async (stop) => {
    if (!form || !period) return null;
    const one = (id: string) => get<Consolidation>(`/consolidate?form=${form}&period=${id}&official=${official}`, {signal: stop});
    const [now, other] = await Promise.all([one(period), against ? one(against) : null]);
    const document = await get<FormDocument>(`/reference/${encodeURIComponent(`form:${form}:${now.form_version}`)}`, {signal: stop});
    return {now, other, document};
  });
  return (
    <>
      <PageHead title={t('nav.tables')} about={t('table.about')} />
      <div class="picks">
        <FormPick value={form} />
        <PeriodPick value={period} />
        <PeriodPick name="against" label={t('table.against')} all={t('table.againstNone')} value={against} />
        <label class="check"><input type="checkbox" checked={official} onChange={(event) => choose({official: event.currentTarget.checked ? 'yes' : ''})} /> {t('table.official')}</label>
      </div>
      <Show of={table}>
        {(data) => !data ? <Empty>{t('table.nothing')}</Empty> : (
          <>
            <div class="row between"><span class="row states"><Badge tone={official ? 'good' : 'info'}>{t(official ? 'table.kindOfficial' : 'table.kindPreview')}</Badge>{data.document.status === 'draft' && <Badge>{t('table.draftForm')}</Badge>}</span><Exports query={query} /></div>
            <Notes of={data.now} />
            {data.document.sections.map((section) => (
              <Card key={section.id} title={label(section)} flush>
                <div class="scroll" tabIndex={0} role="region" aria-label={label(section)}>
                  {section.kind === 'fields' ? <Figures section={section} of={data.now} other={data.other} open={setOpened} /> : <Rows section={section} of={data.now} open={setOpened} />}
                </div>
              </Card>
            ))}
            {may('leader') && <OfficialRun form={form} period={period} />}
            {opened && <FigureDialog field={opened} query={query} onClose={() => setOpened(null)} />}
          </>
        )}
      </Show>
    </>
  );
}
