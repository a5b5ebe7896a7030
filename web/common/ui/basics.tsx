// Small parts: buttons, badges, alerts, cards, progress.
import type {ComponentChildren, JSX} from 'preact';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info';

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'kind'> & {kind?: 'primary' | 'danger' | 'quiet'; slim?: boolean};
export function Button({kind, slim, class: more, ...rest}: ButtonProps) {
  const name = ['button', kind, slim && 'slim', more].filter(Boolean).join(' ');
  return <button type="button" class={name} {...rest} />;
}

// A state is never told by its colour alone: the badge has words.
export function Badge({tone = 'plain', children}: {tone?: Tone; children: ComponentChildren}) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

const marks: Record<Tone, string> = {plain: '', good: '✓', warn: '!', bad: '✕', info: 'i'};

// `alert`: read out at once, for what went wrong just now.
export function Alert({tone = 'info', alert, children}: {tone?: Tone; alert?: boolean; children: ComponentChildren}) {
  return (
    <div class={`alert ${tone}`} role={alert ? 'alert' : undefined}>
      <span class={`mark ${tone}`} aria-hidden="true">{marks[tone]}</span>
      <div class="grow stack tight">{children}</div>
    </div>
  );
}

export function Card({title, actions, flush, children, id}: {
  title?: ComponentChildren; actions?: ComponentChildren; flush?: boolean; children: ComponentChildren; id?: string;
}) {
  return (
    <section class="card" id={id}>
      {(title || actions) && <header>{title ? <h2>{title}</h2> : <span />}{actions}</header>}
      <div class={flush ? 'body flush' : 'body'}>{children}</div>
    </section>
  );
}

export function Empty({children}: {children: ComponentChildren}) { return <p class="empty">{children}</p>; }

export function Progress({part, label}: {part: number; label: string}) {
  const percent = Math.round(Math.min(1, Math.max(0, part)) * 100);
  return (
    <div class="progress" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <i style={{width: `${percent}%`}} />
    </div>
  );
}

export function PageHead({title, about, actions}: {title: ComponentChildren; about?: ComponentChildren; actions?: ComponentChildren}) {
  return (
    <div class="page-head">
      <div><h1 tabIndex={-1}>{title}</h1>{about && <p>{about}</p>}</div>
      {actions && <div class="row no-print">{actions}</div>}
    </div>
  );
}
