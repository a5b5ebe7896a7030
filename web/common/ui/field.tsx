// A labelled input: the label, a hint and what is wrong are bound to it for readers of screens.
import type {ComponentChildren} from 'preact';
import {useId} from 'preact/hooks';

export interface Bound {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': boolean | undefined;
}

export function Field({label, hint, wrong, children}: {
  label: ComponentChildren; hint?: ComponentChildren; wrong?: ComponentChildren; children: (bound: Bound) => ComponentChildren;
}) {
  const id = useId();
  const described = [hint && `${id}-hint`, wrong && `${id}-wrong`].filter(Boolean).join(' ') || undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({id, 'aria-describedby': described, 'aria-invalid': wrong ? true : undefined})}
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      {wrong && <span class="wrong" id={`${id}-wrong`}>{wrong}</span>}
    </div>
  );
}
