// The door: a one-time address of this PC (its code behind #/sign-in/) with a new name and password, otherwise both.
import {useState} from 'preact/hooks';

import {ApiError} from '../common/api';
import {go, route} from '../common/route';
import {Button} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {LanguageSwitch} from '../common/ui/looks';
import {Failure} from '../common/ui/waiting';
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

// over: above the page that was open when the session ended; what was typed there stays.
export function SignIn({over}: {over?: boolean}) {
  const code = !over && route.value.path[0] === 'sign-in' ? route.value.path[1] ?? '' : '';
  const [name, setName] = useState(session.value?.person ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setError(null);
    try {
      await signIn({code, name, password});
      if (!over && route.value.path[0] === 'sign-in') go();
    } catch (wrong) {
      setError(wrong as ApiError);
    } finally {
      setBusy(false);
    }
  };
  const fields = <Fields {...{code, name, setName, password, setPassword}} />;
  const button = <Button type="submit" kind="primary" disabled={busy}>{busy ? t('door.entering') : t('door.enter')}</Button>;
  if (over) {
    return (
      <Dialog title={t('door.again')} footer={button} onClose={() => undefined} onSubmit={enter}>
        <p>{t('door.againWhy')}</p>{error && <Failure error={error} />}{fields}
      </Dialog>
    );
  }
  return (
    <main class="door">
      <form class="card" onSubmit={(event) => { event.preventDefault(); void enter(); }}>
        <div class="body stack">
          <div class="row between"><h1 tabIndex={-1}><b>Trạm</b> · {t('door.title')}</h1><LanguageSwitch /></div>
          <p class="muted">{code ? t('door.first') : t('door.how')}</p>
          {error && <Failure error={error} />}
          {fields}
          {button}
        </div>
      </form>
    </main>
  );
}
