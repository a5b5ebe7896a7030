// A short word that something was done; it goes by itself and is read out politely. Never for errors.
import {signal} from '@preact/signals';

const shown = signal<{id: number; text: string}[]>([]);
let last = 0;

export function toast(text: string): void {
  const id = ++last;
  shown.value = [...shown.value, {id, text}];
  setTimeout(() => { shown.value = shown.value.filter((one) => one.id !== id); }, 5000);
}

export function Toasts() {
  return <div class="toasts" role="status" aria-live="polite">{shown.value.map((one) => <div class="toast" key={one.id}>{one.text}</div>)}</div>;
}
