// With a name and a password.
import {useState} from 'preact/hooks';

import {useAct} from '../common/act';
import {Door} from '../common/ui/door';
import {Field} from '../common/ui/field';
import {session, signIn} from './session';
import {t} from './words';

export function SignIn({over = false}: {over?: boolean}) {
  const [name, setName] = useState(session.value?.name ?? '');
  const [password, setPassword] = useState('');
  const {busy, error, act: enter} = useAct(() => signIn(name.trim(), password));
  return (
    <Door over={over} title={t('door.title')} again={t('door.again')} how={t(over ? 'door.againWhy' : 'door.how')}
          button={t(busy ? 'door.entering' : 'door.enter')} busy={busy} error={error} enter={() => void enter()}>
      <Field label={t('door.name')}>
        {(bound) => <input class="input" {...bound} autocomplete="username" required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <Field label={t('door.password')}>
        {(bound) => <input class="input" {...bound} type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />}
      </Field>
    </Door>
  );
}
