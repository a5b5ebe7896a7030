// Every version of a report, newest first: who, when, on which PC, and what changed.
import {get} from '../common/api';
import {instant, period as periodName} from '../common/format';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Badge, Card, PageHead} from '../common/ui/basics';
import {Show} from '../common/ui/waiting';
import type {Revision, Value} from './types';
import {t} from './words';

const text = (value: Value | undefined): string => value === undefined ? '∅' : typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

export function History({office, id}: {office: string; id: string}) {
  const list = useLoad(`history ${office} ${id}`, (stop) => get<Revision[]>(`/offices/${office}/documents/${encodeURIComponent(id)}/history`, {signal: stop}));
  const [, form = '', periodId = ''] = id.split(':');
  return (
    <>
      <PageHead title={t('history.title')} about={`${office} · ${form.toUpperCase()} · ${periodName(periodId)}`} actions={<a class="button" href={href('review', office, id)}>{t('history.back')}</a>} />
      <Show of={list}>
        {(revisions) => (
          <ol class="stack tight">
            {[...revisions].reverse().map((one) => (
              <li key={one.rev}>
                <Card title={<>{one.by || t('history.program')} <span class="muted small">{one.pc} · {instant(one.at)}</span></>}
                      actions={<span class="row states">{one.leaf && !one.deleted && <Badge tone="good">{t('history.current')}</Badge>}{one.deleted && <Badge>{one.merged_into ? t('history.merged') : t('history.deleted')}</Badge>}<code class="small muted">{one.rev.slice(0, 10)}</code></span>}>
                  {one.changes && one.changes.length > 0 ? (
                    <ul class="changes small">
                      {one.changes.slice(0, 40).map((change) => <li key={change.path}><code>{change.path}</code> <span class="muted">{text(change.before)}</span> → <b>{text(change.after)}</b></li>)}
                    </ul>
                  ) : <p class="muted small">{t('history.nothing')}</p>}
                </Card>
              </li>
            ))}
          </ol>
        )}
      </Show>
    </>
  );
}
