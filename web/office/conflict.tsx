// Versions that could not be merged: three columns, what merged by itself marked, clashes decided one by one, the result
// seen before it is made, one button.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {get, post, segment} from '../common/api';
import {instant, number, period} from '../common/format';
import {useLoad} from '../common/load';
import {go, href} from '../common/route';
import {Alert, Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {formOf, pathText, valueText} from './document';
import {conflicts} from './session';
import type {Conflict, Form, Revision} from './types';
import {t} from './words';

type Side = 'ours' | 'theirs';
type Body = Record<string, unknown>;

interface Work { conflict: Conflict; form: Form | null; base: Body | null; ours: Body | null; theirs: Body | null; revisions: Revision[] }

const revision = async (id: string, rev: string | null): Promise<Body | null> => {
  if (!rev) return null;
  try { return await get<Body>(`/reports/${segment(id)}/revisions/${segment(rev)}`); } catch { return null; }
};

async function open(id: string): Promise<Work | null> {
  const conflict = (await conflicts()).find((one) => one.id === id);
  if (!conflict) return null;
  const [form, base, ours, theirs, revisions] = await Promise.all([
    formOf(id), revision(id, conflict.base), revision(id, conflict.ours), revision(id, conflict.theirs),
    get<Revision[]>(`/reports/${segment(id)}/history`)]);
  return {conflict, form, base, ours, theirs, revisions};
}

function at(body: Body | null, path: string): unknown {
  let found: unknown = body ?? undefined;
  for (const part of path.split('/')) found = typeof found === 'object' && found !== null ? (found as Body)[part] : undefined;
  return found;
}

// As programs write values: what `conflicts resolve --set` takes.
const programText = (value: unknown): string => value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function Who({work, side}: {work: Work; side: Side | 'base'}) {
  const rev = work.conflict[side];
  const known = work.revisions.find((one) => one.rev === rev);
  return (
    <th scope="col">
      {t(`conflict.${side}`)}
      <div class="muted small">{known ? `${known.by ?? ''}${known.pc ? ` @ ${known.pc}` : ''}` : '–'}</div>
      <div class="muted small">{known ? instant(known.at) : ''}</div>
    </th>
  );
}

function Pick({work, path, side, chosen, choose}: {work: Work; path: string; side: Side; chosen: Side | undefined; choose: (side: Side) => void}) {
  const text = valueText(work.form, path, at(work[side], path));
  const name = `${pathText(work.form, path)}: ${t(`conflict.${side}`)}, ${text}`;
  return (
    <td class={chosen === side ? 'picked' : ''} data-label={t(`conflict.${side}`)}>
      <label class="pick"><input type="radio" name={path} checked={chosen === side} onChange={() => choose(side)} aria-label={name} /><span>{text}</span></label>
    </td>
  );
}

function Decide({work}: {work: Work}) {
  const {conflict, form} = work;
  const [chosen, setChosen] = useState<Record<string, Side>>({});
  const left = conflict.clashes.filter((one) => !chosen[one.path]).length;
  const all = (side: Side) => setChosen(Object.fromEntries(conflict.clashes.map((one) => [one.path, side])));
  const {busy, error, act: decide} = useAct(async (body: unknown) => {
    await post(`/conflicts/${segment(conflict.id)}`, body);
    toast(t('conflict.done'));
    go('report', conflict.id);
  });
  if (conflict.deletion) {
    return (
      <Alert tone="warn">
        <p>{t('conflict.deletion')}</p>
        {error && <Failure error={error} />}
        <div class="row"><Button kind="primary" disabled={busy} onClick={() => void decide({keep: conflict.ours})}>{t('conflict.keepLive')}</Button>
          <Button kind="danger" disabled={busy} onClick={() => void decide({keep: conflict.theirs})}>{t('conflict.keepDeleted')}</Button></div>
      </Alert>
    );
  }
  const value = (path: string) => at(work[chosen[path] ?? 'ours'], path);
  return (
    <>
      {error && <Failure error={error} />}
      <Card title={t('conflict.clashes', {n: number(conflict.clashes.length)})} flush
            actions={<span class="row"><Button slim onClick={() => all('ours')}>{t('conflict.allOurs')}</Button><Button slim onClick={() => all('theirs')}>{t('conflict.allTheirs')}</Button></span>}>
        <div class="scroll">
          <table class="table three">
            <thead><tr><th scope="col">{t('conflict.field')}</th><Who work={work} side="base" /><Who work={work} side="ours" /><Who work={work} side="theirs" /><th scope="col">{t('conflict.result')}</th></tr></thead>
            <tbody>
              {conflict.clashes.map(({path}) => (
                <tr key={path}>
                  <th scope="row">{pathText(form, path)}</th>
                  <td data-label={t('conflict.base')}>{valueText(form, path, at(work.base, path))}</td>
                  <Pick work={work} path={path} side="ours" chosen={chosen[path]} choose={(side) => setChosen({...chosen, [path]: side})} />
                  <Pick work={work} path={path} side="theirs" chosen={chosen[path]} choose={(side) => setChosen({...chosen, [path]: side})} />
                  <td class="strong" data-label={t('conflict.result')}>{chosen[path] ? valueText(form, path, value(path)) : <Badge tone="warn">{t('conflict.open')}</Badge>}</td>
                </tr>
              ))}
              {conflict.parallel.map(({path, by}) => (
                <tr key={path} class="parallel">
                  <th scope="row">{pathText(form, path)}<div><Badge tone="good">{t('conflict.parallel')}</Badge></div></th>
                  <td data-label={t('conflict.base')}>{valueText(form, path, at(work.base, path))}</td>
                  <td class={by === 'ours' ? 'picked' : ''} data-label={t('conflict.ours')}>{valueText(form, path, at(work.ours, path))}</td>
                  <td class={by === 'theirs' ? 'picked' : ''} data-label={t('conflict.theirs')}>{valueText(form, path, at(work.theirs, path))}</td>
                  <td class="strong" data-label={t('conflict.result')}>{valueText(form, path, at(work[by], path))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Card>
      <div class="row">
        <Button kind="primary" disabled={left > 0 || busy} onClick={() => void decide({set: Object.fromEntries(conflict.clashes.map(({path}) => [path, programText(value(path))]))})}>{t('conflict.decide')}</Button>
        {left > 0 && <span class="muted">{t('conflict.left', {n: number(left)})}</span>}
      </div>
    </>
  );
}

function List() {
  const work = useLoad('conflicts', conflicts, 10_000);
  return (
    <Show of={work}>
      {(all) => all.length === 0 ? <Card><Empty>{t('conflict.none')}</Empty></Card> : (
        <Card flush>
          <ul class="lines pad">
            {all.map((one) => {
              const [, form = '', periodId = ''] = one.id.split(':');
              return <li key={one.id}><a class="strong" href={href('conflict', one.id)}>{form.toUpperCase()} · {period(periodId)}</a><span class="muted">{t('conflict.count', {n: number(one.clashes.length), m: number(one.parallel.length)})}</span></li>;
            })}
          </ul>
        </Card>
      )}
    </Show>
  );
}

function One({id}: {id: string}) {
  const work = useLoad(`conflict ${id}`, () => open(id));
  return <Show of={work}>{(found) => found ? <Decide work={found} /> : <Alert tone="good"><p>{t('conflict.gone')} <a href={href('report', id)}>{t('history.back')}</a></p></Alert>}</Show>;
}

export function Conflicts({id}: {id: string}) {
  const [, form = '', periodId = ''] = id.split(':');
  return (
    <>
      <PageHead title={id ? t('conflict.title', {form: form.toUpperCase(), period: period(periodId)}) : t('nav.conflict')} about={t('conflict.about')}
                actions={id ? <a class="button" href={href('history', id)}>{t('nav.history')}</a> : undefined} />
      {id ? <One id={id} /> : <List />}
    </>
  );
}
