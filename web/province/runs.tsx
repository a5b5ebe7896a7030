// Official runs as they were kept, what has overtaken each, and two of them compared figure by figure.
import {get} from '../common/api';
import {instant, number, period as periodName} from '../common/format';
import {label, message} from '../common/i18n';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Alert, Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Show, Failure} from '../common/ui/waiting';
import {useState} from 'preact/hooks';
import {ApiError} from '../common/api';
import {choose, chosen, FormPick, PeriodPick} from './pick';
import {may} from './session';
import type {FormDocument, KeptRun, OfficeRow, RunRow} from './types';
import {isNumber, shown} from './values';
import {t} from './words';

const name = (run: RunRow): string => `${run.form.toUpperCase()} · ${periodName(run.period)}`;

function List() {
  const form = chosen('form'), period = chosen('period');
  const runs = useLoad(`runs ${form} ${period}`, (stop) => get<RunRow[]>(`/runs?form=${form}&period=${period}`, {signal: stop}));
  return (
    <>
      <PageHead title={t('nav.runs')} about={t('run.about')} />
      <div class="picks"><FormPick value={form} all={t('pick.allForms')} /><PeriodPick value={period} all={t('pick.allPeriods')} /></div>
      <Card flush>
        <Show of={runs}>
          {(rows) => rows.length === 0 ? <Empty>{t('run.none')}</Empty> : (
            <div class="scroll">
              <table class="table">
                <thead><tr>{(['col.run', 'col.made', 'col.by', 'col.inputs', 'col.state'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}</tr></thead>
                <tbody>{rows.map((run) => (
                  <tr key={run.id}>
                    <td><a class="strong" href={href('runs', run.id)}>{name(run)}</a></td><td class="nowrap">{instant(run.at)}</td><td>{run.by}</td><td>{number(run.n_inputs)}</td>
                    <td>{run.stale.length > 0 ? <Badge tone="warn">{t('run.stale')}</Badge> : <Badge tone="good">{t('run.fresh')}</Badge>}</td>
                  </tr>
                ))}</tbody>
              </table>
            </div>
          )}
        </Show>
      </Card>
    </>
  );
}

// Computed again from the frozen submissions: the same, or an error that says why not.
function Repeat({id}: {id: string}) {
  const [state, setState] = useState<'rest' | 'busy' | 'same' | ApiError>('rest');
  const repeat = async () => {
    setState('busy');
    try { await get(`/runs/${encodeURIComponent(id)}/repeat`); setState('same'); } catch (error) { setState(error as ApiError); }
  };
  return (
    <>
      <Button disabled={state === 'busy'} onClick={() => void repeat()}>{t('run.repeat')}</Button>
      {state === 'same' && <Badge tone="good">{t('run.same')}</Badge>}
      {state instanceof ApiError && <Failure error={state} />}
    </>
  );
}

// The version that was counted; the link opens the report as it is now.
function Source({of, name: office}: {of: {office: string; submission: string}; name: string}) {
  const [, form, period, digest = ''] = of.submission.split(':');
  return (
    <li>
      <span>{may('officer') ? <a href={href('review', of.office, `report:${form}:${period}`)}>{office}</a> : office}</span>
      <code class="small muted" title={of.submission}>{digest.slice(0, 12)}…</code>
    </li>
  );
}

function One({id}: {id: string}) {
  const other = chosen('against');
  const run = useLoad(`run ${id} ${other}`, async (stop) => {
    const kept = (which: string) => get<KeptRun>(`/runs/${encodeURIComponent(which)}`, {signal: stop});
    const [now, then] = await Promise.all([kept(id), other ? kept(other) : null]);
    const [form, all, offices] = await Promise.all([
      get<FormDocument>(`/reference/${encodeURIComponent(`form:${now.form}:${now.form_version}`)}`, {signal: stop}),
      get<RunRow[]>(`/runs?form=${now.form}`, {signal: stop}),
      get<OfficeRow[]>('/offices', {signal: stop})]);
    const names = new Map(offices.map((one) => [one.slug, one.name]));
    return {now, then, form, all, nameOf: (slug: string) => names.get(slug) ?? slug};
  });
  return (
    <Show of={run}>
      {({now, then, form, all, nameOf}) => (
        <>
          <PageHead title={name(now)} about={t('run.madeBy', {at: instant(now.at), by: now.by, n: number(now.n_inputs)})} actions={<><a class="button" href="#/runs">{t('run.back')}</a><Repeat id={id} /></>} />
          {now.reason && <Alert><p>{t('run.reason')}: {now.reason}</p></Alert>}
          {now.stale.length > 0 && <Alert tone="warn"><p class="strong">{t('run.staleWhy')}</p>{now.stale.map((one, at) => <p key={at} class="small">{one.office && `${nameOf(one.office)}: `}{message({message_vi: one.message_vi, message: one.message_en})}</p>)}</Alert>}
          <div class="picks">
            <label class="field"><span class="label">{t('run.against')}</span>
              <select class="select" value={other} onChange={(event) => choose({against: event.currentTarget.value})}>
                <option value="">{t('table.againstNone')}</option>
                {all.filter((one) => one.id !== id).map((one) => <option key={one.id} value={one.id}>{name(one)} · {instant(one.at)}</option>)}
              </select></label>
          </div>
          <Card title={t('run.figures')} flush>
            <div class="scroll" tabIndex={0} role="region" aria-label={t('run.figures')}>
              <table class="table figures">
                <thead><tr><th scope="col">{t('col.field')}</th><th scope="col" class="number">{t('col.value')}</th>{then && <th scope="col" class="number">{instant(then.at)}</th>}<th scope="col" class="number">{t('col.coverage')}</th></tr></thead>
                <tbody>
                  {form.sections.filter((one) => one.kind === 'fields').flatMap((one) => one.fields).filter((field) => now.result.values[field.id]).map((field) => {
                    const figure = now.result.values[field.id]!, before = then?.result.values[field.id];
                    return (
                      <tr key={field.id}><th scope="row">{label(field)}</th><td class={isNumber(field) ? 'number strong' : 'long'}>{shown(figure.value, field)}</td>
                        {then && <td class={isNumber(field) ? 'number muted' : 'long muted'}>{shown(before?.value, field)}{before && before.value !== figure.value && <Badge tone="warn">≠</Badge>}</td>}
                        <td class="number">{number(figure.n_reported)}/{number(figure.n_expected)}</td></tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          </Card>
          <Card title={t('run.sources')} flush><ul class="lines pad">{now.result.sources.map((one) => <Source key={one.office} of={one} name={nameOf(one.office)} />)}</ul></Card>
        </>
      )}
    </Show>
  );
}

export function Runs({id}: {id: string}) { return id ? <One key={id} id={id} /> : <List />; }
