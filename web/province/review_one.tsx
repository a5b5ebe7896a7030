// One report: what the office sent beside what it sent a period earlier, what the rules say, and the officer's decision.
import {useState} from 'preact/hooks';

import {get} from '../common/api';
import {bytes, day, instant, number, period as periodName} from '../common/format';
import {label, message} from '../common/i18n';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Alert, Badge, Button, Card, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {may} from './session';
import {Flagged, State} from './states';
import type {Finding, FormDocument, FormSection, OpenedReport, Reason, ReportBody, Value} from './types';
import {fieldAt, isNumber, shown} from './values';
import {Verdicts} from './verdict';
import {t} from './words';

type Asked = {reasons: Reason[]; ask: (field: string) => void};

function Change({now, before}: {now: Value | undefined; before: Value | undefined}) {
  if (typeof now !== 'number' || typeof before !== 'number' || now === before) return <td class="number muted">{now === before && now !== undefined ? '=' : ''}</td>;
  const percent = before === 0 ? '' : ` (${now > before ? '+' : ''}${number(Math.round(100 * (now - before) / Math.abs(before)))}%)`;
  return <td class="number nowrap">{now > before ? '▲ +' : '▼ '}{number(Number((now - before).toFixed(6)))}<span class="muted small">{percent}</span></td>;
}

function Figures({section, report, sent, before, findings, reasons, ask}: {
  section: FormSection; report: ReportBody; sent: ReportBody; before: ReportBody | undefined; findings: Finding[];
} & Asked) {
  return (
    <table class="table beside">
      <thead><tr>{(['col.field', 'col.value', 'col.before', 'col.change'] as const).map((word) => <th scope="col" key={word} class={word === 'col.field' ? '' : 'number'}>{t(word)}</th>)}<th scope="col"><span class="visually-hidden">{t('review.askFix')}</span></th></tr></thead>
      <tbody>
        {section.fields.map((field) => {
          const now = sent.values[field.id] ?? report.values[field.id], was = before?.values[field.id];
          const remark = report.remarks[field.id];
          const said = findings.filter((one) => one.field === field.id);
          const asked = reasons.some((one) => one.field === field.id);
          const long = typeof now === 'string' && now.length > 60;
          return (
            <tr key={field.id} class={asked ? 'asked' : ''}>
              <th scope="row">{label(field)}
                {remark?.text && <div class="small remark">„{remark.text}“</div>}
                {said.map((one) => <div class={`small ${one.level === 'error' ? 'bad' : 'warn'}`} key={one.rule}>{t(one.level === 'error' ? 'review.error' : 'review.warning')}: {message({message_vi: one.message_vi, message: one.message_en})}</div>)}
              </th>
              <td class={isNumber(field) ? 'number' : long ? 'long' : ''}>{remark?.approx ? `${t('value.about')} ` : ''}{now === undefined ? <span class="muted">{t('value.empty')}</span> : shown(now, field)}
                {field.unit && now !== undefined && <span class="muted small"> {field.unit}</span>}</td>
              <td class={isNumber(field) ? 'number muted' : 'muted'}>{shown(was, field)}</td>
              <Change now={now} before={was} />
              <td class="nowrap"><Button slim kind="quiet" aria-pressed={asked} aria-label={`${t('review.askFix')}: ${label(field)}`} onClick={() => ask(field.id)}>{t(asked ? 'review.asked' : 'review.askFix')}</Button></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Rows({section, sent, findings, reasons, ask}: {section: FormSection; sent: ReportBody; findings: Finding[]} & Asked) {
  const rows = sent.rows[section.id];
  if (!rows) return <p class="pad muted">{t('value.untouched')}</p>;
  const list = Object.entries(rows).sort(([a], [b]) => a < b ? -1 : 1);
  if (list.length === 0) return <p class="pad muted">{t('value.noRows')}</p>;
  const used = section.fields.filter((field) => list.some(([, row]) => row[field.id] !== undefined));
  return (
    <table class="table">
      <thead><tr><th scope="col">#</th>{used.map((field) => <th scope="col" key={field.id} class={isNumber(field) ? 'number' : ''}>{label(field)}</th>)}<th scope="col" /></tr></thead>
      <tbody>
        {list.map(([id, row], at) => {
          const said = findings.filter((one) => one.field.startsWith(`${section.id}/${id}`));
          const path = `${section.id}/${id}/${used[0]?.id ?? ''}`;
          return (
            <tr key={id} class={reasons.some((one) => one.field === path) ? 'asked' : ''}>
              <td class="muted">{number(at + 1)}</td>
              {used.map((field) => <td key={field.id} class={isNumber(field) ? 'number' : ''}>{shown(row[field.id], field)}</td>)}
              <td>{said.map((one) => <div class="small warn" key={one.rule + one.field}>{message({message_vi: one.message_vi, message: one.message_en})}</div>)}
                <Button slim kind="quiet" aria-label={`${t('review.askFix')}: ${number(at + 1)}`} onClick={() => ask(path)}>{t('review.askFix')}</Button></td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Standing({of}: {of: OpenedReport}) {
  const review = of.report.review;
  return (
    <>
      {of.send_again && <Alert tone="bad"><p class="strong">{t('review.sendAgain')}</p><p>{t('review.sendAgainWhy')}</p></Alert>}
      {of.in_conflict && <Alert tone="bad"><p>{t('review.conflictWhy')}</p></Alert>}
      {of.changed_since && <Alert tone="warn"><p>{t('review.changedWhy')}</p></Alert>}
      {of.withdrawal_asked && <Alert tone="warn"><p>{t('review.withdrawalWhy')}</p></Alert>}
      {!of.submission && !of.send_again && <Alert tone="info"><p>{t('review.noSubmission')}</p></Alert>}
      {review && (
        <Alert tone={review.verdict === 'returned' ? 'warn' : 'info'}>
          <p><State of={review.verdict} /> {t('review.by', {by: review.by, at: instant(review.at)})}</p>
          {review.reasons?.map((one) => <p key={one.field + one.text} class="small">{one.field && <code>{one.field}</code>} {one.text}</p>)}
        </Alert>
      )}
    </>
  );
}

function Facts({of}: {of: OpenedReport}) {
  const sent = of.report.submission;
  const facts: [string, preact.ComponentChildren][] = [
    [t('col.arrived'), of.arrival ? instant(of.arrival.at) : '–'],
    [t('col.sent'), sent ? t('review.sentBy', {at: instant(sent.at), by: sent.by}) : '–'],
    [t('review.versions'), of.versions.map((one) => <div key={one.digest} class="small">{t('review.version', {n: number(one.n), digest: one.digest.slice(0, 8), at: instant(one.arrived_at) || '–'})}</div>)],
    [t('review.editedBy'), of.report.edit ? `${of.report.edit.by} (${of.report.edit.pc}), ${instant(of.report.edit.at)}` : '–'],
    [t('review.unit'), of.report.unit ? `${of.report.unit.name_vi} (${of.report.unit.code})` : '–'],
  ];
  return <dl class="facts">{facts.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}

interface Attached { name: string; content_type: string; length: number }

function Files({office, id}: {office: string; id: string}) {
  const path = `/offices/${office}/reports/${encodeURIComponent(id)}/attachments`;
  const files = useLoad(path, (stop) => get<Attached[]>(path, {signal: stop}));
  return (
    <Card title={t('review.files')}>
      <Show of={files}>
        {(list) => list.length === 0 ? <p class="muted small">{t('review.noFiles')}</p> : (
          <ul class="lines">
            {list.map((one) => (
              <li key={one.name}><a href={`/api/v1${path}/${encodeURIComponent(one.name)}`} download={one.name}>{one.name}</a><span class="muted small nowrap">{bytes(one.length)}</span></li>
            ))}
          </ul>
        )}
      </Show>
    </Card>
  );
}

export function ReviewOne({office, id}: {office: string; id: string}) {
  const [reasons, setReasons] = useState<Reason[]>([]);
  const opened = useLoad(`report ${office} ${id}`, async (stop) => {
    const report = await get<OpenedReport>(`/offices/${office}/reports/${encodeURIComponent(id)}`, {signal: stop});
    const form = await get<FormDocument>(`/reference/${encodeURIComponent(`form:${report.form}:${report.form_version}`)}`, {signal: stop});
    return {report, form};
  });
  const ask = (field: string) => setReasons((list) => list.some((one) => one.field === field) ? list.filter((one) => one.field !== field) : [...list, {field, text: ''}]);
  return (
    <Show of={opened}>
      {({report, form}) => {
        const sent = report.submission ?? report.report;
        return (
          <>
            <PageHead title={<>{report.name} · {report.form.toUpperCase()} · {periodName(report.period)}</>} about={label(form)}
                      actions={<><a class="button" href="#/review">{t('review.back')}</a><a class="button" href={href('review', office, id, 'history')}>{t('review.history')}</a></>} />
            <p class="row states"><State of={report.state} /><Flagged of={report} />{report.previous && <Badge>{t('review.besides', {period: periodName(report.previous.period)})}</Badge>}</p>
            <Standing of={report} />
            <div class="review-grid">
              <div class="stack">
                {form.sections.map((section) => (
                  <Card key={section.id} title={label(section)} flush>
                    <div class="scroll" tabIndex={0} role="region" aria-label={label(section)}>
                      {section.kind === 'fields'
                        ? <Figures section={section} report={report.report} sent={sent} before={report.previous?.report} findings={report.findings} reasons={reasons} ask={ask} />
                        : <Rows section={section} sent={sent} findings={report.findings} reasons={reasons} ask={ask} />}
                    </div>
                  </Card>
                ))}
              </div>
              <div class="stack side">
                {may('officer') && <Verdicts report={report} reasons={reasons} setReasons={setReasons} nameOf={(path) => path ? fieldAt(form, path).name : t('review.whole')} done={() => { setReasons([]); opened.reload(); }} />}
                <Files office={office} id={id} />
                <Card title={t('review.facts')}><Facts of={report} /></Card>
                {report.report.review?.last_day && <p class="small muted">{t('review.lastDay', {day: day(report.report.review.last_day)})}</p>}
              </div>
            </div>
          </>
        );
      }}
    </Show>
  );
}
