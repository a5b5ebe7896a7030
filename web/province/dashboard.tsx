// What an officer looks at first: what waits, who has reported, who was not heard of, how far the targets are.
import {get} from '../common/api';
import {instant, number, period as periodName} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Alert, Badge, Card, Empty, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {Bar, Spark} from './charts';
import {MatrixCard} from './matrix';
import {chosen, PeriodPick, usePeriods} from './pick';
import {may, waiting} from './session';
import {Targets} from './targets';
import type {Dashboard, Matrix, ReportRef} from './types';
import {t, type Word} from './words';

const everyMs = 30_000;
const shownMax = 8;

export function ReportLink({of}: {of: ReportRef}) {
  const words = `${of.form.toUpperCase()} · ${periodName(of.period)}`;
  return may('officer') ? <a href={href('review', of.office, of.id)}>{words}</a> : <>{words}</>;
}

function Lines<T>({of, none, line}: {of: T[]; none: string; line: (one: T) => preact.JSX.Element}) {
  if (of.length === 0) return <Empty>{none}</Empty>;
  return (
    <ul class="lines">
      {of.slice(0, shownMax).map(line)}
      {of.length > shownMax && <li class="muted small">{t('start.more', {n: number(of.length - shownMax)})}</li>}
    </ul>
  );
}

function Urgent({of}: {of: Dashboard}) {
  return (
    <div class="tasks">
      {may('officer') && of.waiting > 0 && <Alert tone="info"><p><a href="#/review">{t('start.waiting', {n: number(of.waiting)})}</a></p></Alert>}
      {of.send_again.map((one) => <Alert tone="bad" key={one.office + one.id}><p>{t('start.sendAgain', {name: one.name})} <ReportLink of={one} /></p></Alert>)}
      {of.conflicts.map((one) => <Alert tone="warn" key={one.office + one.id}><p>{t('start.conflict', {name: one.name})} <ReportLink of={one} /></p></Alert>)}
    </div>
  );
}

function Trend({of}: {of: Dashboard['trend']}) {
  const last = of[of.length - 1];
  const line = (part: 'submitted' | 'on_time' | 'approved', word: Word) => (
    <div class="trend">
      <h3>{t(word)}</h3>
      <Spark label={t(word)} points={of.map((one) => ({period: one.period, part: one[part], whole: one.expected}))} />
      {last && <Bar part={last[part]} whole={last.expected} label={t(word)} />}
    </div>
  );
  return (
    <Card title={t('trend.title')}>
      <div class="trends">{line('submitted', 'trend.submitted')}{line('on_time', 'trend.onTime')}{line('approved', 'trend.approved')}</div>
    </Card>
  );
}

function Four({of}: {of: Dashboard}) {
  return (
    <div class="pair">
      <Card title={t('start.arrived')} actions={<Badge>{number(of.arrived.length)}</Badge>}>
        <Lines of={of.arrived} none={t('start.noneArrived')} line={(one) => (
          <li key={one.office + one.id}><span class="grow">{one.name}</span><span class="nowrap"><ReportLink of={one} /> <span class="muted small">{instant(one.at).slice(-5)}</span></span></li>
        )} />
      </Card>
      <Card title={t('start.silent', {days: number(of.silent_days)})} actions={<Badge>{number(of.silent.length)}</Badge>}>
        <Lines of={of.silent} none={t('start.noneSilent')} line={(one) => (
          <li key={one.office}><span class="grow">{one.name}</span>
            <span class="muted small">{one.last_contact ? t('start.lastHeard', {at: instant(one.last_contact), days: number(one.days ?? 0)}) : t('start.never')}</span></li>
        )} />
      </Card>
      <Card title={t('start.refusals')} actions={<Badge>{number(of.refusals.length)}</Badge>}>
        <Lines of={of.refusals} none={t('start.noneRefused')} line={(one) => (
          <li key={one.office}><span class="grow">{one.name}</span>
            <span class="small">{t('start.refused', {n: number(one.refused)})} <span class="muted">{one.id} ({one.code})</span></span></li>
        )} />
      </Card>
    </div>
  );
}

export function DashboardPage() {
  const periods = usePeriods();
  const period = chosen('period') || periods.data?.[0]?.period || '';
  const board = useLoad(`dashboard ${period}`, (stop) => get<Dashboard>(`/dashboard${period ? `?period=${period}` : ''}`, {signal: stop}).then((one) => {
    waiting.value = one.waiting;
    return one;
  }), everyMs);
  const matrix = useLoad(`matrix ${period}`, (stop) => period ? get<Matrix>(`/completeness?period=${period}`, {signal: stop}) : Promise.resolve(null), everyMs);
  return (
    <>
      <PageHead title={t('nav.start')} about={board.data && t('start.at', {at: instant(board.data.at), n: number(board.data.offices)})}
                actions={period ? <PeriodPick value={period} /> : undefined} />
      <Show of={board}>{(data) => <><Urgent of={data} />{data.trend.length > 0 && <Trend of={data.trend} />}</>}</Show>
      <Show of={matrix}>{(data) => data ? <MatrixCard of={data} /> : <Alert><p>{t('start.noPeriod')}</p></Alert>}</Show>
      {board.data && <Four of={board.data} />}
      <Targets />
    </>
  );
}
