// The versions of a report as a line of time, each with what it changed.
import {get, segment} from '../common/api';
import {instant, number, period} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Badge, Card, Empty, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import {formOf, pathText, valueText} from './document';
import type {Form, Revision} from './types';
import {t} from './words';

const changesShown = 40;
// What people changed; how a document is made up is no news.
const told = /^(values|rows|remarks|corrections)\/|^review\/(verdict|reasons)/;
const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0;

function Version({of, form}: {of: Revision; form: Form | null}) {
  const all = of.changes ?? [];
  const changes = all.filter((one) => told.test(one.path) && (one.before !== undefined || one.after !== undefined) && !isEmpty(one.after ?? one.before));
  const has = (path: string) => all.some((one) => one.path.startsWith(path) && one.after !== undefined);
  return (
    <li class="version">
      <div class="row between">
        <span class="strong">{of.by || t('history.somebody')}{of.pc ? <span class="muted"> @ {of.pc}</span> : null}</span>
        <span class="row">
          {of.parent === null && <Badge>{t('history.begun')}</Badge>}
          {has('submission/withdrawn') ? <Badge tone="warn">{t('form.withdrawn')}</Badge> : has('submission/confirmed') ? <Badge tone="info">{t('history.confirmed')}</Badge>
            : has('submission/digest') && <Badge tone="info">{t('history.submitted')}</Badge>}
          {of.leaf && <Badge tone="good">{t('history.now')}</Badge>}
          {of.deleted && <Badge tone="bad">{t('history.deleted')}</Badge>}
          {of.merged_into && <Badge tone="info">{t('history.merged')}</Badge>}
          {of.local === false && <Badge>{t('history.elsewhere')}</Badge>}
          <time class="muted small">{instant(of.at)}</time>
        </span>
      </div>
      {of.kept === false && <p class="small muted">{t('history.notKept')}</p>}
      {changes.length > 0 && (
        <ul class="changes">
          {changes.slice(0, changesShown).map((one) => (
            <li key={one.path}>
              <span>{pathText(form, one.path)}</span>
              <span><del>{valueText(form, one.path, one.before)}</del> <span aria-hidden="true">→</span> <ins>{valueText(form, one.path, one.after)}</ins></span>
            </li>
          ))}
          {changes.length > changesShown && <li class="muted">{t('start.more', {n: number(changes.length - changesShown)})}</li>}
        </ul>
      )}
    </li>
  );
}

export function History({id}: {id: string}) {
  const work = useLoad(`history ${id}`, (stop) => Promise.all([get<Revision[]>(`/reports/${segment(id)}/history`, {signal: stop}), formOf(id)]));
  const [, form = '', periodId = ''] = id.split(':');
  return (
    <>
      <PageHead title={t('history.title', {form: form.toUpperCase(), period: period(periodId)})} actions={<a class="button" href={href('report', id)}>{t('history.back')}</a>} />
      <Show of={work}>
        {([revisions, document]) => revisions.length === 0 ? <Empty>{t('history.none')}</Empty>
          : <Card flush><ol class="timeline">{[...revisions].reverse().map((one) => <Version key={one.rev} of={one} form={document} />)}</ol></Card>}
      </Show>
    </>
  );
}
