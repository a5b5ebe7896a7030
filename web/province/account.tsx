// One's own password, sessions and looks.
import {useState} from 'preact/hooks';

import {ApiError, get, post, remove} from '../common/api';
import {instant} from '../common/format';
import {useLoad} from '../common/load';
import {Badge, Button, Card, PageHead} from '../common/ui/basics';
import {Field} from '../common/ui/field';
import {Looks} from '../common/ui/looks';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {session} from './session';
import type {OpenSession} from './types';
import {t} from './words';

function Password() {
  const [before, setBefore] = useState(''), [next, setNext] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const change = async () => {
    setError(null);
    try {
      await post('/session/password', {old_password: before, password: next});
      setBefore('');
      setNext('');
      toast(t('account.changed'));
    } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Card title={t('account.password')}>
      <form class="stack narrow" onSubmit={(event) => { event.preventDefault(); void change(); }}>
        {error && <Failure error={error} />}
        <Field label={t('account.old')}>{(bound) => <input class="input" type="password" {...bound} required autocomplete="current-password" value={before} onInput={(event) => setBefore(event.currentTarget.value)} />}</Field>
        <Field label={t('account.new')} hint={t('account.newHint')}>{(bound) => <input class="input" type="password" {...bound} required minLength={8} maxLength={128} autocomplete="new-password" value={next} onInput={(event) => setNext(event.currentTarget.value)} />}</Field>
        <div><Button type="submit">{t('account.change')}</Button></div>
      </form>
    </Card>
  );
}

export function SessionsCard() {
  const list = useLoad('sessions', (stop) => get<OpenSession[]>('/sessions', {signal: stop}));
  const [error, setError] = useState<ApiError | null>(null);
  const end = async (one: OpenSession) => {
    setError(null);
    try { await remove(`/sessions/${one.id}`); list.reload(); } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Card title={t('account.sessions')} flush>
      {error && <Failure error={error} />}
      <Show of={list}>
        {(rows) => (
          <div class="scroll" tabIndex={0} role="region" aria-label={t('account.sessions')}>
            <table class="table">
              <thead><tr>{(['col.person', 'col.begun', 'col.used', 'col.address'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}<th scope="col"><span class="visually-hidden">{t('account.end')}</span></th></tr></thead>
              <tbody>{rows.map((one) => (
                <tr key={one.id}><td>{one.user} {one.current && <Badge tone="info">{t('account.this')}</Badge>}</td><td class="nowrap">{instant(one.begun_at)}</td><td class="nowrap">{instant(one.used_at)}</td>
                  <td>{one.address}<div class="small muted agent">{one.agent}</div></td><td>{!one.current && <Button slim onClick={() => void end(one)} aria-label={`${t('account.end')}: ${one.user} ${instant(one.begun_at)}`}>{t('account.end')}</Button>}</td></tr>
              ))}</tbody>
            </table>
          </div>
        )}
      </Show>
    </Card>
  );
}

export function Account() {
  const who = session.value!;
  return (
    <>
      <PageHead title={t('nav.account')} about={`${who.full_name || who.name} · ${t(`role.${who.role}`)}: ${t(`role.${who.role}.may`)}`} />
      <Card title={t('account.looks')}><Looks /></Card>
      <Password />
      <SessionsCard />
    </>
  );
}
