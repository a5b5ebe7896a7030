// A change that is on the page when this returns, not a frame later: what is typed next must find it there.
import {options} from 'preact';

export function atOnce(change: () => void): void {
  const before = options.debounceRendering;
  options.debounceRendering = (render) => render();
  try {
    change();
  } finally {
    if (before) options.debounceRendering = before;
    else delete options.debounceRendering;
  }
}
