// The offices, when each was last heard of, and their tokens.
import {useState} from 'preact/hooks';

import {ApiError, get, post} from '../common/api';
import {folded, instant, number} from '../common/format';
import {useLoad} from '../common/load';
import {Badge, Button, Card, Empty, PageHead} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {Failure, Show} from '../common/ui/waiting';
import {Secret} from './secret';
import {may} from './session';
import type {OfficeRow} from './types';
import {t} from './words';

interface Given { slug: string; token: string }

function Add({onClose, done}: {onClose: () => void; done: (given: Given) => void}) {
  const [name, setName] = useState(''), [unit, setUnit] = useState(''), [slug, setSlug] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const add = async () => {
    setError(null);
    try { done(await post<Given>('/offices', {...(name && {name}), ...(unit && {unit}), ...(slug && {slug})})); } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Dialog title={t('office.add')} onClose={onClose} onSubmit={() => void add()} footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="primary" disabled={!slug && !unit}>{t('office.add')}</Button></>}>
      {error && <Failure error={error} />}
      <p class="muted">{t('office.addHow')}</p>
      <Field label={t('office.unit')} hint={t('office.unitHint')}>{(bound) => <input class="input" {...bound} inputMode="numeric" maxLength={5} value={unit} onInput={(event) => setUnit(event.currentTarget.value)} />}</Field>
      <Field label={t('office.name')} hint={t('office.nameHint')}>{(bound) => <input class="input" {...bound} maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />}</Field>
      <Field label={t('office.slug')} hint={t('office.slugHint')}>{(bound) => <input class="input" {...bound} maxLength={41} value={slug} onInput={(event) => setSlug(event.currentTarget.value)} />}</Field>
    </Dialog>
  );
}

function Renew({of, onClose, done}: {of: OfficeRow; onClose: () => void; done: (given: Given) => void}) {
  const [error, setError] = useState<ApiError | null>(null);
  const renew = async () => {
    try { done(await post<Given>(`/offices/${of.slug}/token`)); } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Dialog title={t('office.renew', {name: of.name})} onClose={onClose} onSubmit={() => void renew()} footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="danger">{t('office.renewIt')}</Button></>}>
      {error && <Failure error={error} />}
      <p>{t('office.renewWhy')}</p>
    </Dialog>
  );
}

export function Offices() {
  const list = useLoad('offices', (stop) => get<OfficeRow[]>('/offices', {signal: stop}), 30_000);
  const [words, setWords] = useState('');
  const [adding, setAdding] = useState(false);
  const [renewing, setRenewing] = useState<OfficeRow | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const received = (next: Given) => { setAdding(false); setRenewing(null); setGiven(next); list.reload(); };
  return (
    <>
      <PageHead title={t('nav.offices')} about={list.data && t('office.about', {n: number(list.data.length)})} actions={may('admin') && <Button kind="primary" onClick={() => setAdding(true)}>{t('office.add')}</Button>} />
      <div class="picks"><Field label={t('office.find')}>{(bound) => <input class="input" type="search" {...bound} value={words} onInput={(event) => setWords(event.currentTarget.value)} />}</Field></div>
      <Card flush>
        <Show of={list}>
          {(rows) => {
            const seen = rows.filter((one) => folded(`${one.name} ${one.slug}`).includes(folded(words)));
            return seen.length === 0 ? <Empty>{t('office.none')}</Empty> : (
              <div class="scroll" tabIndex={0} role="region" aria-label={t('nav.offices')}>
                <table class="table">
                  <thead><tr>{(['col.office', 'col.heard'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}<th scope="col" class="number">{t('col.documents')}</th><th scope="col">{t('col.troubles')}</th>{may('admin') && <th scope="col"><span class="visually-hidden">{t('office.token')}</span></th>}</tr></thead>
                  <tbody>{seen.map((one) => (
                    <tr key={one.slug}>
                      <td>{one.name}<div class="small muted">{one.slug}{one.unit && ` · ${t('office.unitOf', {unit: one.unit})}`}</div></td>
                      <td class="nowrap">{one.last_contact ? instant(one.last_contact) : <Badge tone="warn">{t('start.never')}</Badge>}</td>
                      <td class="number">{number(one.documents)}</td>
                      <td><span class="row states">{one.conflicts > 0 && <Badge tone="bad">{t('office.conflicts', {n: number(one.conflicts)})}</Badge>}{one.refused > 0 && <Badge tone="warn">{t('office.refused', {n: number(one.refused)})}</Badge>}{one.conflicts + one.refused === 0 && <span class="muted">–</span>}</span></td>
                      {may('admin') && <td><Button slim onClick={() => setRenewing(one)} aria-label={`${t('office.renewShort')}: ${one.name}`}>{t('office.renewShort')}</Button></td>}
                    </tr>
                  ))}</tbody>
                </table>
              </div>
            );
          }}
        </Show>
      </Card>
      {adding && <Add onClose={() => setAdding(false)} done={received} />}
      {renewing && <Renew of={renewing} onClose={() => setRenewing(null)} done={received} />}
      {given && <Secret title={t('office.tokenOf', {slug: given.slug})} how={t('office.tokenHow')} secret={given.token} onClose={() => setGiven(null)} />}
    </>
  );
}
