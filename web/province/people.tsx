// The province's people, their roles, passwords and open sessions.
import {useState} from 'preact/hooks';

import {ApiError, get, post, put, remove} from '../common/api';
import {day, number} from '../common/format';
import {useLoad} from '../common/load';
import {Button, Card, PageHead} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {toast} from '../common/ui/toast';
import {Failure, Show} from '../common/ui/waiting';
import {Secret} from './secret';
import {SessionsCard} from './account';
import {session} from './session';
import {roles, type Person, type Role} from './types';
import {t} from './words';

interface Given { name: string; password: string }

function RolePick({value, set, label}: {value: Role; set: (role: Role) => void; label: string}) {
  return (
    <Field label={label} hint={t(`role.${value}.may`)}>{(bound) => (
      <select class="select" {...bound} value={value} onChange={(event) => set(event.currentTarget.value as Role)}>{roles.map((one) => <option key={one} value={one}>{t(`role.${one}`)}</option>)}</select>
    )}</Field>
  );
}

function Edit({of, onClose, done}: {of: Person | null; onClose: () => void; done: (given: Given | null) => void}) {
  const [name, setName] = useState(of?.name ?? ''), [full, setFull] = useState(of?.full_name ?? '');
  const [role, setRole] = useState<Role>(of?.role ?? 'officer');
  const [error, setError] = useState<ApiError | null>(null);
  const save = async () => {
    setError(null);
    try {
      if (of) { await put(`/people/${of.name}`, {role, full_name: full}); done(null); } else done(await post<Given>('/people', {name, full_name: full, role}));
    } catch (wrong) { setError(wrong as ApiError); }
  };
  return (
    <Dialog title={of ? t('people.edit', {name: of.name}) : t('people.add')} onClose={onClose} onSubmit={() => void save()} footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="primary">{t('act.save')}</Button></>}>
      {error && <Failure error={error} />}
      {!of && <Field label={t('door.name')} hint={t('people.nameHint')}>{(bound) => <input class="input" {...bound} required maxLength={41} autocapitalize="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />}</Field>}
      <Field label={t('people.fullName')}>{(bound) => <input class="input" {...bound} maxLength={120} value={full} onInput={(event) => setFull(event.currentTarget.value)} />}</Field>
      <RolePick label={t('people.role')} value={role} set={setRole} />
    </Dialog>
  );
}

function Sure({title, why, act, onClose}: {title: string; why: string; act: () => Promise<void>; onClose: () => void}) {
  const [error, setError] = useState<ApiError | null>(null);
  const go = async () => { try { await act(); } catch (wrong) { setError(wrong as ApiError); } };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={() => void go()} footer={<><Button onClick={onClose}>{t('act.cancel')}</Button><Button type="submit" kind="danger">{t('people.sure')}</Button></>}>
      {error && <Failure error={error} />}<p>{why}</p>
    </Dialog>
  );
}

export function People() {
  const list = useLoad('people', (stop) => get<Person[]>('/people', {signal: stop}));
  const [asked, setAsked] = useState<{what: 'add' | 'edit' | 'password' | 'remove'; of: Person | null} | null>(null);
  const [given, setGiven] = useState<Given | null>(null);
  const done = (next: Given | null) => { setAsked(null); setGiven(next); list.reload(); };
  const of = asked?.of;
  return (
    <>
      <PageHead title={t('nav.people')} about={t('people.about')} actions={<Button kind="primary" onClick={() => setAsked({what: 'add', of: null})}>{t('people.add')}</Button>} />
      <Card flush>
        <Show of={list}>
          {(people) => (
            <div class="scroll" tabIndex={0} role="region" aria-label={t('nav.people')}>
              <table class="table">
                <thead><tr>{(['col.person', 'col.role', 'col.since', 'col.sessions'] as const).map((word) => <th scope="col" key={word}>{t(word)}</th>)}<th scope="col"><span class="visually-hidden">{t('people.acts')}</span></th></tr></thead>
                <tbody>{people.map((one) => (
                  <tr key={one.name}>
                    <td><b>{one.full_name || one.name}</b><div class="small muted">{one.name}</div></td><td>{t(`role.${one.role}`)}</td><td>{day(one.made_at) || '–'}</td><td>{number(one.sessions)}</td>
                    <td><span class="row states">
                      <Button slim onClick={() => setAsked({what: 'edit', of: one})} aria-label={t('people.edit', {name: one.name})}>{t('people.editShort')}</Button>
                      <Button slim onClick={() => setAsked({what: 'password', of: one})} aria-label={t('people.password', {name: one.name})}>{t('people.passwordShort')}</Button>
                      {one.name !== session.value?.name && <Button slim kind="danger" onClick={() => setAsked({what: 'remove', of: one})} aria-label={t('people.remove', {name: one.name})}>{t('people.removeShort')}</Button>}
                    </span></td>
                  </tr>
                ))}</tbody>
              </table>
            </div>
          )}
        </Show>
      </Card>
      <SessionsCard key={list.data?.length ?? 0} />
      {(asked?.what === 'add' || asked?.what === 'edit') && <Edit of={of ?? null} onClose={() => setAsked(null)} done={done} />}
      {asked?.what === 'password' && of && <Sure title={t('people.password', {name: of.name})} why={t('people.passwordWhy')} onClose={() => setAsked(null)} act={async () => done(await post<Given>(`/people/${of.name}/password`))} />}
      {asked?.what === 'remove' && of && <Sure title={t('people.remove', {name: of.name})} why={t('people.removeWhy')} onClose={() => setAsked(null)} act={async () => { await remove(`/people/${of.name}`); toast(t('people.removed', {name: of.name})); done(null); }} />}
      {given && <Secret title={t('people.passwordOf', {name: given.name})} how={t('people.passwordHow')} secret={given.password} onClose={() => setGiven(null)} />}
    </>
  );
}
