// What the province sends down: campaigns, guidance, TBT notices, published answers; who has read them.
import {useState} from 'preact/hooks';

import {get} from '../common/api';
import {day, instant, number, period as periodName} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {CampaignDialog, NoticeDialog} from './publish_dialogs';
import {useForms} from './pick';
import type {Published, Readings} from './types';
import {t, type Word} from './words';

export const kinds = ['campaign', 'guidance', 'tbt_notice', 'answer'] as const;
export type Kind = (typeof kinds)[number];
const isKind = (name: string): name is Kind => (kinds as readonly string[]).includes(name);

function Campaigns({of, edit}: {of: Published[]; edit: (one: Published) => void}) {
  const forms = useForms();
  const nameOf = (code?: string) => forms.data?.find((one) => one.code === code)?.label_vi ?? '';
  return (
    <div class="scroll">
      <table class="table">
        <thead><tr>{(['col.report', 'col.due', 'col.expected', 'col.state'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}<th scope="col" /></tr></thead>
        <tbody>{of.map((one) => (
          <tr key={one._id}>
            <td><b>{one.form?.toUpperCase()}</b> · {periodName(one.period ?? '')}<div class="small muted">{nameOf(one.form)}</div></td>
            <td class="nowrap">{typeof one.due === 'string' ? day(one.due) : one.due ? Object.values(one.due).map(day).join(', ') : t('publish.byRule')}</td>
            <td>{one.expected?.length ? number(one.expected.length) : t('publish.everybody')}</td>
            <td>{one.closed ? <Badge tone="plain">{t('publish.closed')}</Badge> : <Badge tone="good">{t('publish.open')}</Badge>}</td>
            <td><Button slim onClick={() => edit(one)} aria-label={`${t('publish.change')}: ${one.form?.toUpperCase()} ${periodName(one.period ?? '')}`}>{t('publish.change')}</Button></td>
          </tr>
        ))}</tbody>
      </table>
    </div>
  );
}

function Notices({of}: {of: Published[]}) {
  const newest = [...of].sort((a, b) => (b.published?.at ?? '') < (a.published?.at ?? '') ? -1 : 1);
  return (
    <ul class="lines pad">{newest.map((one) => (
      <li key={one._id}>
        <span class="grow"><a class="strong" href={href('publishing', one.type, one._id)}>{one.number || one._id.split(':')[1]}</a> {one.abstract ?? one.question}</span>
        <span class="muted small nowrap">{one.published ? `${one.published.by} · ${instant(one.published.at)}` : day(one.date)}</span>
      </li>
    ))}</ul>
  );
}

function One({kind, id}: {kind: Kind; id: string}) {
  const work = useLoad(`published ${id}`, async (stop) => {
    const at = `/reference/${encodeURIComponent(id)}`;
    const [document, readings] = await Promise.all([get<Published>(at, {signal: stop}), get<Readings>(`${at}/readings`, {signal: stop})]);
    return {document, readings};
  }, 30_000);
  return (
    <Show of={work}>
      {({document, readings}) => (
        <>
          <PageHead title={document.number || id.split(':')[1]} about={t(`publish.${kind}` as Word)} actions={<a class="button" href={href('publishing', kind)}>{t('publish.back')}</a>} />
          <Card><div class="stack tight"><p class="strong">{document.abstract ?? document.question}</p>{document.text && <p class="text">{document.text}</p>}
            <p class="muted small">{document.published && t('publish.by', {by: document.published.by, at: instant(document.published.at)})} {document.acknowledge_by && t('publish.ack', {day: day(document.acknowledge_by)})}</p></div></Card>
          <Card title={t('publish.readers', {read: number(readings.n_read), delivered: number(readings.n_delivered), n: number(readings.n_offices)})} flush>
            <div class="scroll">
              <table class="table">
                <thead><tr>{(['col.office', 'col.delivered', 'col.read', 'col.forwarded'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}</tr></thead>
                <tbody>{readings.offices.map((one) => (
                  <tr key={one.office}><td>{one.name}</td><td>{one.delivered ? <Badge tone="info">{t('value.yes')}</Badge> : <span class="muted">{t('publish.notYet')}</span>}</td>
                    <td>{one.reads.length > 0 ? one.reads.map((read) => <div key={read.person} class="small">{read.person} · {instant(read.at)}</div>) : <span class="muted">{t('publish.unread')}</span>} {one.late && <Badge tone="bad">{t('publish.late')}</Badge>}</td>
                    <td>{one.reads.map((read) => read.forwarded).filter((n) => n !== null).map((n) => number(n)).join(', ') || '–'}</td></tr>
                ))}</tbody>
              </table>
            </div>
          </Card>
        </>
      )}
    </Show>
  );
}

export function Publishing({kind: given, id}: {kind: string; id: string}) {
  const kind: Kind = isKind(given) ? given : 'campaign';
  const [editing, setEditing] = useState<Partial<Published> | null>(null);
  const list = useLoad(`published ${kind}`, (stop) => get<Published[]>(`/reference?kind=${kind}`, {signal: stop}));
  if (id) return <One key={id} kind={kind} id={id} />;
  const done = () => { setEditing(null); list.reload(); };
  return (
    <>
      <PageHead title={t('nav.publishing')} about={t('publish.about')} actions={<Button kind="primary" onClick={() => setEditing({})}>{t(`publish.new.${kind}` as Word)}</Button>} />
      <nav class="tabs" aria-label={t('nav.publishing')}>{kinds.map((one) => <a key={one} href={href('publishing', one)} aria-current={one === kind ? 'page' : undefined}>{t(`publish.${one}` as Word)}</a>)}</nav>
      <Card flush>
        <Show of={list}>{(rows) => rows.length === 0 ? <Empty>{t('publish.none')}</Empty> : kind === 'campaign' ? <Campaigns of={rows} edit={setEditing} /> : <Notices of={rows} />}</Show>
      </Card>
      {editing && (kind === 'campaign' ? <CampaignDialog of={editing} onClose={() => setEditing(null)} done={done} /> : <NoticeDialog kind={kind} onClose={() => setEditing(null)} done={done} />)}
    </>
  );
}
