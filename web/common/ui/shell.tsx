// The frame of a program's pages: bar, list of pages, content, and the banner when the program behind does not answer.
import type {ComponentChildren} from 'preact';

import {reachable} from '../api';
import {route} from '../route';
import {words} from '../words';
import {Alert} from './basics';
import {Toasts} from './toast';

export interface Place {
  path: string;  // first part of the address: '' is the start
  name: string;
  count?: number | undefined;  // of what waits there
}

export function Shell({mark, about, places, bar, children}: {
  mark: string; about: string; places: Place[]; bar?: ComponentChildren; children: ComponentChildren;
}) {
  const at = route.value.path[0] ?? '';
  return (
    <div class="shell">
      <header class="bar">
        <button type="button" class="skip button" onClick={() => document.querySelector<HTMLElement>('main h1')?.focus()}>
          {words('shell.skip')}
        </button>
        <a class="mark grow" href="#/"><b>{mark}</b><span>{about}</span></a>
        {bar}
      </header>
      <nav aria-label={words('shell.pages')}>
        <ul>
          {places.map((place) => (
            <li key={place.path}>
              <a href={`#/${place.path}`} aria-current={place.path === at ? 'page' : undefined}>
                <span>{place.name}</span>
                {place.count ? <span class="badge">{place.count}</span> : null}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <main class="stack">
        {!reachable.value && <Alert tone="warn" alert><p>{words('shell.lost')}</p></Alert>}
        {children}
      </main>
      <Toasts />
    </div>
  );
}
