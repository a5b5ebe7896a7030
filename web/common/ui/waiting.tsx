// What is shown until data comes: nothing for a moment, as mostly it is there by then, and a sign that comes and goes only
// takes time from the page behind it. It does not turn for ever: after ten seconds it says so and offers to try again.
import type {ComponentChildren} from 'preact';
import {useEffect, useState} from 'preact/hooks';

import {words} from '../words';
import type {ApiError} from '../api';
import type {Loaded} from '../load';
import {Alert, Button} from './basics';

export function Waiting({again}: {again?: () => void}) {
  const [after, setAfter] = useState<'at once' | 'a moment' | 'long'>('at once');
  useEffect(() => {
    const timers = [setTimeout(() => setAfter('a moment'), 200), setTimeout(() => setAfter('long'), 10_000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  if (after === 'at once') return <div class="waiting" role="status" />;
  if (after === 'a moment') return <div class="waiting" role="status"><i aria-hidden="true" />{words('wait.loading')}</div>;
  return (
    <Alert tone="warn">
      <p>{words('wait.long')}</p>
      {again && <div><Button slim onClick={again}>{words('act.again')}</Button></div>}
    </Alert>
  );
}

// What went wrong and what to do.
export function Failure({error, again}: {error: ApiError; again?: () => void}) {
  return (
    <Alert tone="bad" alert>
      <p>{error.unreachable ? words('wait.unreachable') : error.message}</p>
      {again && <div><Button slim onClick={again}>{words('act.again')}</Button></div>}
    </Alert>
  );
}

// The data when it is there (also an older one, under a failure), otherwise why not.
export function Show<T>({of, children}: {of: Loaded<T>; children: (data: T) => ComponentChildren}) {
  return (
    <>
      {of.error && <Failure error={of.error} again={of.reload} />}
      {of.data !== undefined ? children(of.data) : !of.error && <Waiting again={of.reload} />}
    </>
  );
}
