// The door: a one-time address of this PC (its code behind #/sign-in/) with a new name and password, otherwise both.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {go, route} from '../common/route';
import {Door} from '../common/ui/door';
import {Field} from '../common/ui/field';
import {session, signIn} from './session';
import {t} from './words';

function Fields({code, name, setName, password, setPassword}: {
  code: string; name: string; setName: (text: string) => void; password: string; setPassword: (text: string) => void;
}) {
  return (
    <>
      <Field label={t('door.name')} hint={code ? t('door.nameHint') : undefined}>
        {(bound) => <input class="input" {...bound} autocomplete="username" required maxLength={80} value={name}
                           onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <Field label={code ? t('door.newPassword') : t('door.password')} hint={code ? t('door.passwordHint') : undefined}>
        {(bound) => <input class="input" {...bound} type="password" required minLength={8} value={password}
                           autocomplete={code ? 'new-password' : 'current-password'}
                           onInput={(event) => setPassword(event.currentTarget.value)} />}
      </Field>
    </>
  );
}

export function SignIn({over = false}: {over?: boolean}) {
  const code = !over && route.value.path[0] === 'sign-in' ? route.value.path[1] ?? '' : '';
  const [name, setName] = useState(session.value?.person ?? '');
  const [password, setPassword] = useState('');
  const {busy, error, act: enter} = useAct(async () => {
    await signIn({code, name, password});
    if (!over && route.value.path[0] === 'sign-in') go();
  });
  return (
    <Door over={over} title={t('door.title')} again={t('door.again')} how={t(over ? 'door.againWhy' : code ? 'door.first' : 'door.how')}
          button={t(busy ? 'door.entering' : 'door.enter')} busy={busy} error={error} enter={() => void enter()}>
      <Fields {...{code, name, setName, password, setPassword}} />
    </Door>
  );
}
