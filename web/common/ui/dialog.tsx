// A question in front of the page: the browser's own <dialog>, so that focus stays in it and Escape closes it.
import type {ComponentChildren} from 'preact';
import {useEffect, useId, useRef} from 'preact/hooks';

export function Dialog({title, children, footer, onClose, onSubmit}: {
  title: string; children: ComponentChildren; footer: ComponentChildren; onClose: () => void; onSubmit?: () => void;
}) {
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.focus?.();
  }, []);
  return (
    <dialog class="dialog" ref={box} aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <form onSubmit={(event) => { event.preventDefault(); onSubmit?.(); }}>
        <header><h2 id={id}>{title}</h2></header>
        <div class="body stack">{children}</div>
        <footer>{footer}</footer>
      </form>
    </dialog>
  );
}
