// Data of a page: asked for once, again by reload(), and again by itself when the program answers after it was away.
import {useEffect, useRef, useState} from 'preact/hooks';

import {ApiError, reachable} from './api';

export interface Loaded<T> {
  data: T | undefined;  // the last that came, also while it is asked for again
  error: ApiError | undefined;
  loading: boolean;
  reload: () => void;
}

// `key` says what is asked for; another one drops what is there. `every` ms: asked for again so often, while the page is
// looked at.
export function useLoad<T>(key: string, ask: (stop: AbortSignal) => Promise<T>, every?: number): Loaded<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{key: string; data?: T; error?: ApiError; loading: boolean}>({key, loading: true});
  const asked = useRef(ask);
  asked.current = ask;
  useEffect(() => {
    const stop = new AbortController();
    setState((before) => before.key === key ? {...before, loading: true} : {key, loading: true});
    asked.current(stop.signal).then(
      (data) => { if (!stop.signal.aborted) setState({key, data, loading: false}); },
      (error: unknown) => {
        if (stop.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError('failed', String(error), 0);
        setState((before) => ({...before, key, error: known, loading: false}));
      });
    return () => stop.abort();
  }, [key, round]);
  useEffect(() => {
    const again = () => { if (!document.hidden) setRound((n) => n + 1); };
    const timer = every ? setInterval(again, every) : undefined;
    const back = reachable.subscribe((yes) => { if (yes && lost.current) again(); lost.current = !yes; });
    return () => { clearInterval(timer); back(); };
  }, [every]);
  const lost = useRef(false);
  const mine = state.key === key;
  return {data: mine ? state.data : undefined, error: mine ? state.error : undefined,
          loading: mine ? state.loading : true, reload: () => setRound((n) => n + 1)};
}
