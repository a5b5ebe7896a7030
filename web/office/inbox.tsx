// What the province sent down, read receipts, and the office's own recommendations with their answers.
import {useEffect, useState} from 'preact/hooks';

import {ApiError, get, post, segment} from '../common/api';
import {day, instant} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {isRead} from './session';
import {placeOf} from './search';
import {Recommendations} from './recommendations';
import type {Notice} from './types';
import {t, vi, type Word} from './words';

type Document = Record<string, unknown> & {read?: Notice['read']};

function List() {
  const work = useLoad('notices', (stop) => get<Notice[]>('/notices', {signal: stop}), 15_000);
  return (
    <Show of={work}>
      {(all) => (
        <Card title={t('inbox.documents')} flush>
          {all.length === 0 ? <Empty>{t('inbox.none')}</Empty> : (
            <ul class="lines pad">
              {all.map((one) => (
                <li key={one.id} class="hit">
                  <span>{!isRead(one) && <Badge tone="info">{t('inbox.new')}</Badge>} <a class={isRead(one) ? '' : 'strong'} href={href('inbox', one.id)}>{one.number || placeOf(one.id).name}</a></span>
                  <span class="grow">{one.abstract}</span>
                  <span class="small muted nowrap">{day(one.date)}</span>
                  {one.acknowledge_by && !isRead(one) && <Badge tone="warn">{t('inbox.by', {day: day(one.acknowledge_by)})}</Badge>}
                </li>
              ))}
            </ul>
          )}
        </Card>
      )}
    </Show>
  );
}

const hidden = new Set(['_id', '_rev', 'type', 'read', 'signature', 'key', 'edit']);

function One({id}: {id: string}) {
  const work = useLoad(`notice ${id}`, (stop) => get<Document>(`/notices/${segment(id)}`, {signal: stop}));
  const [forwarded, setForwarded] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const isTbt = id.startsWith('tbt_notice:');
  const note = async (count?: number) => {
    setError(null);
    try { await post(`/notices/${segment(id)}/receipt`, count === undefined ? {} : {forwarded: count}); work.reload(); if (count !== undefined) toast(t('inbox.noted')); }
    catch (wrong) { setError(wrong as ApiError); }
  };
  // Opening it is reading it: the receipt is what the province sees.
  const unread = work.data !== undefined && Object.keys(work.data.read ?? {}).length === 0;
  useEffect(() => { if (unread) void note(); }, [unread]);
  return (
    <Show of={work}>
      {(document) => (
        <Card title={String(document['number'] ?? placeOf(id).name)}>
          <div class="stack">
            <dl class="facts">
              {Object.entries(document).filter(([name, value]) => !hidden.has(name) && value !== null && value !== '').map(([name, value]) => (
                <div key={name}><dt>{`notice.${name}` in vi ? t(`notice.${name}` as Word) : name}</dt><dd class="text">{typeof value === 'string' ? (/^\d{4}-\d\d-\d\d/.test(value) ? day(value) : value) : Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}</dd></div>
              ))}
            </dl>
            {error && <Failure error={error} />}
            <ul class="small muted">{Object.entries(document.read ?? {}).map(([who, at]) => <li key={who}>{t('inbox.readBy', {who, at: instant(at.at)})}</li>)}</ul>
            {isTbt && (
              <form class="row" onSubmit={(event) => { event.preventDefault(); void note(Number(forwarded)); }}>
                <Field label={t('inbox.forwarded')}>{(bound) => <input class="input number" inputMode="numeric" pattern="[0-9]+" required {...bound} value={forwarded} onInput={(event) => setForwarded(event.currentTarget.value)} />}</Field>
                <Button type="submit">{t('act.save')}</Button>
              </form>
            )}
          </div>
        </Card>
      )}
    </Show>
  );
}

export function Inbox({id}: {id: string | undefined}) {
  const known = id && !id.startsWith('recommendation:');
  return (
    <>
      <PageHead title={t('nav.inbox')} actions={known ? <a class="button" href="#/inbox">{t('inbox.back')}</a> : undefined} />
      {known ? <One key={id} id={id} /> : <><List /><Recommendations /></>}
    </>
  );
}
