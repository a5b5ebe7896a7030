// The door. `over`: above the page that was open when the session ended; what was typed there stays.
import {useState} from 'preact/hooks';

import {ApiError} from '../common/api';
import {Button} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Field} from '../common/ui/field';
import {LanguageSwitch} from '../common/ui/looks';
import {Failure} from '../common/ui/waiting';
import {session, signIn} from './session';
import {t} from './words';

export function SignIn({over}: {over?: boolean}) {
  const [name, setName] = useState(session.value?.name ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setError(null);
    try { await signIn(name.trim(), password); } catch (wrong) { setError(wrong as ApiError); } finally { setBusy(false); }
  };
  const fields = (
    <>
      <Field label={t('door.name')}>
        {(bound) => <input class="input" {...bound} autocomplete="username" required maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} />}
      </Field>
      <Field label={t('door.password')}>
        {(bound) => <input class="input" {...bound} type="password" autocomplete="current-password" required value={password} onInput={(event) => setPassword(event.currentTarget.value)} />}
      </Field>
    </>
  );
  const button = <Button type="submit" kind="primary" disabled={busy}>{busy ? t('door.entering') : t('door.enter')}</Button>;
  if (over) {
    return (
      <Dialog title={t('door.again')} footer={button} onClose={() => undefined} onSubmit={() => void enter()}>
        <p>{t('door.againWhy')}</p>{error && <Failure error={error} />}{fields}
      </Dialog>
    );
  }
  return (
    <main class="door">
      <form class="card" onSubmit={(event) => { event.preventDefault(); void enter(); }}>
        <div class="body stack">
          <div class="row between"><h1 tabIndex={-1}><b>Trạm</b> · {t('door.title')}</h1><LanguageSwitch /></div>
          <p class="muted">{t('door.how')}</p>
          {error && <Failure error={error} />}
          {fields}
          {button}
        </div>
      </form>
    </main>
  );
}
