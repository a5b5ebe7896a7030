// Which page is shown: the part of the address behind "#", so that the server needs to know one file only.
//
//   route.value      {path: ['report', 'report:bm02:2024Q2'], query: URLSearchParams}
//   href('report', id)      "#/report/report%3Abm02%3A2024Q2"
import {signal} from '@preact/signals';

export interface Route {
  path: string[];
  query: URLSearchParams;
}

function read(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const parts = path.split('/').filter((part) => part !== '');
  return {path: parts.map((part) => { try { return decodeURIComponent(part); } catch { return part; } }),
          query: new URLSearchParams(query)};
}

export const route = signal<Route>(read());

// Asked before a page is left; false keeps it.
let mayLeave: () => boolean = () => true;
export function guard(ask: (() => boolean) | null): void { mayLeave = ask ?? (() => true); }

let shown = location.hash;
addEventListener('hashchange', () => {
  if (location.hash === shown) return;
  if (!mayLeave()) {
    history.replaceState(null, '', shown || '#/');
    return;
  }
  shown = location.hash;
  route.value = read();
  scrollTo(0, 0);
  // Readers of screens and keyboards start at the new page's heading.
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus());
});

export function href(...parts: string[]): string { return '#/' + parts.map(encodeURIComponent).join('/'); }
export function go(...parts: string[]): void { location.hash = href(...parts); }
