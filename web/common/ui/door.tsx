// The door: a page of its own, or, when a session ended, a question above the page that was open; what was typed there
// stays.
import type {ComponentChildren} from 'preact';

import type {ApiError} from '../api';
import {Button} from './basics';
import {Dialog} from './dialog';
import {LanguageSwitch} from './looks';
import {Failure} from './waiting';

export function Door({over, title, again, how, button, busy, error, enter, children}: {
  over: boolean; title: string; again: string; how: string; button: string; busy: boolean; error: ApiError | null;
  enter: () => void; children: ComponentChildren;
}) {
  const submit = <Button type="submit" kind="primary" disabled={busy}>{button}</Button>;
  if (over) {
    return (
      <Dialog title={again} footer={submit} onClose={() => undefined} onSubmit={enter}>
        <p>{how}</p>{error && <Failure error={error} />}{children}
      </Dialog>
    );
  }
  return (
    <main class="door">
      <form class="card" onSubmit={(event) => { event.preventDefault(); enter(); }}>
        <div class="body stack">
          <div class="row between"><h1 tabIndex={-1}><b>Trạm</b> · {title}</h1><LanguageSwitch /></div>
          <p class="muted">{how}</p>
          {error && <Failure error={error} />}
          {children}
          {submit}
        </div>
      </form>
    </main>
  );
}
