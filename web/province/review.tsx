// The queue: reports that wait for an officer, and those that wait for their office.
import {get} from '../common/api';
import {instant, number, period as periodName} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Card, Empty, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {choose, chosen, FormPick, PeriodPick} from './pick';
import {waiting} from './session';
import {Flagged, State} from './states';
import type {QueueRow} from './types';
import {t} from './words';

const everyMs = 20_000;

function Rows({of, none}: {of: QueueRow[]; none: string}) {
  if (of.length === 0) return <Empty>{none}</Empty>;
  return (
    <div class="scroll">
      <table class="table queue">
        <thead><tr>{(['col.office', 'col.report', 'col.state', 'col.arrived', 'col.sent'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}</tr></thead>
        <tbody>
          {of.map((row) => (
            <tr key={row.office + row.id}>
              <td>{row.name}</td>
              <td><a class="strong" href={href('review', row.office, row.id)} aria-label={`${row.name}: ${row.form.toUpperCase()} · ${periodName(row.period)}`}>{row.form.toUpperCase()} · {periodName(row.period)}</a>
                <div class="small muted">{row.form_vi}</div></td>
              <td><span class="row states"><State of={row.state} /><Flagged of={row} /></span>
                {row.send_again && <div class="small">{t('review.sendAgainShort')}</div>}</td>
              <td class="nowrap">{instant(row.last_arrival) || '–'}{row.n > 1 && <div class="small muted">{t('review.times', {n: number(row.n)})}</div>}</td>
              <td class="nowrap muted">{instant(row.sent_at) || '–'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Review() {
  const form = chosen('form'), period = chosen('period'), all = chosen('all') === 'yes';
  const query = new URLSearchParams({form, period, all: String(all)});
  const queue = useLoad(`queue ${query}`, (stop) => get<QueueRow[]>(`/review?${query}`, {signal: stop}).then((rows) => {
    if (!form && !period) waiting.value = rows.filter((row) => row.waits === 'review').length;
    return rows;
  }), everyMs);
  return (
    <>
      <PageHead title={t('nav.review')} about={t('review.about')} />
      <div class="picks">
        <FormPick value={form} all={t('pick.allForms')} />
        <PeriodPick value={period} all={t('pick.allPeriods')} />
        <label class="check"><input type="checkbox" checked={all} onChange={(event) => choose({all: event.currentTarget.checked ? 'yes' : ''})} /> {t('review.all')}</label>
      </div>
      <Show of={queue}>
        {(rows) => (
          <>
            <Card title={t('review.waits')} flush><Rows of={rows.filter((row) => row.waits === 'review')} none={t('review.nothing')} /></Card>
            {rows.some((row) => row.waits === 'office') && <Card title={t('review.waitsOffice')} flush><Rows of={rows.filter((row) => row.waits === 'office')} none="" /></Card>}
            {all && <Card title={t('review.others')} flush><Rows of={rows.filter((row) => row.waits === '')} none={t('review.noOthers')} /></Card>}
          </>
        )}
      </Show>
    </>
  );
}
