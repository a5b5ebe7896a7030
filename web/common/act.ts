// What a button sets going: whether it is under way, and what went wrong with it, to be shown beside it.
import {useState} from 'preact/hooks';

import type {ApiError} from './api';

export function useAct<Given extends unknown[]>(work: (...given: Given) => Promise<unknown>) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const act = async (...given: Given): Promise<void> => {
    setBusy(true);
    setError(null);
    try { await work(...given); } catch (wrong) { setError(wrong as ApiError); } finally { setBusy(false); }
  };
  return {busy, error, act};
}
