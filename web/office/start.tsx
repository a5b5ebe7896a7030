// What is due when, what waits for a person, what the province has received.
import {ApiError, get, post} from '../common/api';
import {day, instant, number, period} from '../common/format';
import {label, language} from '../common/i18n';
import {useLoad} from '../common/load';
import {go, href} from '../common/route';
import {Alert, Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {toast} from '../common/ui/toast';
import {Show} from '../common/ui/waiting';
import {placeOf} from './search';
import {ledger, session, status, unread} from './session';
import {StateBadge} from './states';
import type {AgendaEntry, LedgerRow, ReportRow} from './types';
import {t} from './words';

const everyMs = 15_000;

export async function openReport(form: string, periodId: string): Promise<void> {
  try {
    go('report', (await post<{id: string}>('/reports', {form, period: periodId})).id);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'file_exists') go('report', `report:${form}:${periodId}`);
    else toast((error as Error).message);
  }
}

function Left({entry}: {entry: AgendaEntry}) {
  const {state, receipt_at: receipt} = entry.report ?? {};
  const done = state === 'received' || state === 'approved' || state === 'locked' || (state === 'submitted' && receipt);
  if (entry.exempt !== null) return <span class="muted">{t('start.exempt', {reason: entry.exempt})}</span>;
  if (done) return <span class="muted">{t('start.done')}</span>;
  if (entry.closed) return <Badge tone="bad">{t('start.closed')}</Badge>;
  if (entry.days_left < 0) return <Badge tone="bad">{t('start.late', {days: number(-entry.days_left)})}</Badge>;
  if (entry.days_left === 0) return <Badge tone="warn">{t('start.today')}</Badge>;
  return <Badge tone={entry.days_left <= 5 ? 'warn' : 'plain'}>{t('start.left', {days: number(entry.days_left)})}</Badge>;
}

function Due({entry}: {entry: AgendaEntry}) {
  const name = label(entry, entry.form);
  return (
    <tr>
      <td>
        {entry.report ? <a class="strong" href={href('report', entry.report.id)}>{name}</a> : <span class="strong">{name}</span>}
        <div class="small muted">{entry.form.toUpperCase()} · {period(entry.period)} · {t('start.window', {start: day(entry.start), end: day(entry.end)})}</div>
      </td>
      <td class="nowrap">{day(entry.due)}<div class="small muted">{entry.time}</div></td>
      <td><Left entry={entry} /></td>
      <td>{entry.report ? <StateBadge of={entry.report} />
        : <Button slim onClick={() => void openReport(entry.form, entry.period)} aria-label={`${t('start.begin')}: ${name}, ${period(entry.period)}`}>{t('start.begin')}</Button>}</td>
    </tr>
  );
}

// One line for each thing a person has to do, with where to do it.
function Tasks({reports, rows}: {reports: ReportRow[]; rows: LedgerRow[]}) {
  const refused = rows.filter((row) => row.fate === 'refused').slice(-3);
  const returned = reports.filter((one) => one.state === 'returned');
  const awaiting = reports.filter((one) => one.awaiting_leader);
  const now = status.value;
  const none = returned.length + awaiting.length + (now?.conflicts ?? 0) + (now?.refused ?? 0) + unread.value === 0;
  if (none) return null;
  return (
    <div class="tasks">
      {now && now.conflicts > 0 && <Alert tone="bad"><p><a href="#/conflict">{t('start.conflicts', {n: number(now.conflicts)})}</a></p></Alert>}
      {returned.map((one) => <Alert tone="bad" key={one.id}><p><a href={href('report', one.id)}>{t('start.returned', {form: one.form.toUpperCase(), period: period(one.period)})}</a></p></Alert>)}
      {now && now.refused > 0 && <Alert tone="bad"><p><a href="#/log">{t('start.refused', {n: number(now.refused)})}</a></p>
        {refused.map((row) => <p class="small" key={row.id + row.rev}><b>{placeOf(row.id).name}</b>: {language.value === 'vi' ? row.reason_vi || row.reason : row.reason}</p>)}</Alert>}
      {awaiting.map((one) => <Alert tone="warn" key={one.id}><p><a href={href('report', one.id)}>{t('start.awaiting', {form: one.form.toUpperCase(), period: period(one.period)})}</a></p></Alert>)}
      {unread.value > 0 && <Alert tone="info"><p><a href="#/inbox">{t('start.unread', {n: number(unread.value)})}</a></p></Alert>}
    </div>
  );
}

function Received({rows}: {rows: LedgerRow[]}) {
  const accepted = rows.filter((row) => row.fate === 'accepted').slice(-6).reverse();
  if (accepted.length === 0) return <Empty>{t('start.noReceipts')}</Empty>;
  return (
    <ul class="lines">
      {accepted.map((row) => {
        const [, form = '', periodId = ''] = row.id.split(':');
        return (
          <li key={row.id}>
            <a href={href('report', `report:${form}:${periodId}`)}>{form.toUpperCase()} · {period(periodId)}</a>
            <span class="muted small">{t('start.receipt', {at: instant(row.receipt?.at ?? row.at), digest: row.id.split(':').pop()!.slice(0, 8)})}</span>
          </li>
        );
      })}
    </ul>
  );
}

function OnItsWay({rows}: {rows: LedgerRow[]}) {
  const waiting = rows.filter((row) => row.fate === 'pending' || row.fate === 'sent');
  if (waiting.length === 0) return <Empty>{t('start.nothingWaits')}</Empty>;
  return (
    <ul class="lines">
      {waiting.slice(-6).reverse().map((row) => (
        <li key={row.id + row.rev}><span>{placeOf(row.id).name}</span><span class="muted small">{instant(row.at)}</span></li>
      ))}
      {waiting.length > 6 && <li class="muted small">{t('start.more', {n: number(waiting.length - 6)})}</li>}
    </ul>
  );
}

function EndedUnit() {
  const ended = session.value?.unit_ended;
  if (!ended) return null;
  const names = ended.successors.map((next) => `${next.name} (${next.code})`).join(', ');
  return (
    <Alert>
      <p>{t('start.unitEnded', {unit: `${ended.name_vi} (${ended.code})`, day: day(ended.valid_to)})}</p>
      {names && <p class="muted small">{t('start.successors', {names})}</p>}
    </Alert>
  );
}

export function Start() {
  const work = useLoad('start', (stop) => Promise.all([get<AgendaEntry[]>('/agenda', {signal: stop}), get<ReportRow[]>('/reports', {signal: stop}), ledger()]), everyMs);
  return (
    <>
      <PageHead title={t('start.title')} about={session.value?.office_name} actions={<a class="button" href="#/reports">{t('start.other')}</a>} />
      <EndedUnit />
      <Show of={work}>
        {([entries, reports, rows]) => (
          <>
            <Tasks reports={reports} rows={rows} />
            <Card title={t('start.due')} flush>
              {entries.length === 0 ? <Empty>{t('start.nothingDue')}</Empty> : (
                <div class="scroll">
                  <table class="table due">
                    <thead><tr><th scope="col">{t('col.report')}</th><th scope="col">{t('col.due')}</th><th scope="col">{t('col.left')}</th><th scope="col">{t('col.state')}</th></tr></thead>
                    <tbody>{entries.map((entry) => <Due key={entry.form + entry.period} entry={entry} />)}</tbody>
                  </table>
                </div>
              )}
            </Card>
            <div class="pair">
              <Card title={t('start.onItsWay')}><OnItsWay rows={rows} /></Card>
              <Card title={t('start.received')}><Received rows={rows} /></Card>
            </div>
          </>
        )}
      </Show>
    </>
  );
}
