// The program behind the page: JSON below /api/v1/, from the page's own origin alone.
//
// Every failure is an ApiError. `unreachable` says that nobody answered: the daemon or the line is away; nothing is known
// of whether the request was done. `reachable` follows the last answer, for the page's banner.
import {signal} from '@preact/signals';

export class ApiError extends Error {
  constructor(readonly code: string, message: string, readonly status: number, readonly field?: string,
              readonly details?: unknown) {
    super(message);
  }
  get unreachable(): boolean { return this.code === 'unreachable'; }
}

export const reachable = signal(true);
// Called when the program says that nobody is signed in.
let signedOut: () => void = () => undefined;
export function onSignedOut(act: () => void): void { signedOut = act; }

// Sent with every write: proof that a page of this origin, which could read the session, asks.
let csrf = '';
export function setCsrf(token: string): void { csrf = token; }
export const csrfHeader = 'X-Tram-Csrf';

const timeoutMs = 30_000;

async function failure(response: Response): Promise<ApiError> {
  let error: {code?: string; message?: string; message_vi?: string; field?: string; details?: unknown} = {};
  try {
    const body = await response.json() as {error?: typeof error | string; reason?: string};
    error = typeof body.error === 'object' ? body.error : {code: body.error ?? 'failed', message: body.reason ?? ''};
  } catch { /* no JSON: the status says it */ }
  const code = error.code ?? 'failed';
  const vietnamese = document.documentElement.lang === 'vi' ? error.message_vi : undefined;
  return new ApiError(code, vietnamese || error.message || response.statusText, response.status, error.field,
                      error.details);
}

export interface Call {
  body?: unknown;
  file?: Blob;  // instead of body, as it is
  signal?: AbortSignal;
  keepalive?: boolean;
}

export async function call<T>(method: string, path: string, options: Call = {}): Promise<T> {
  const headers: Record<string, string> = {Accept: 'application/json'};
  if (options.body !== undefined) headers['Content-Type'] = 'application/json';
  if (options.file) headers['Content-Type'] = 'application/octet-stream';
  if (method !== 'GET') headers[csrfHeader] = csrf;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
      keepalive: options.keepalive ?? false,
      body: options.file ?? (options.body === undefined ? null : JSON.stringify(options.body)),
      signal: options.signal ? anyOf(options.signal, timeout) : timeout,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    reachable.value = false;
    throw new ApiError('unreachable', 'unreachable', 0);
  }
  reachable.value = true;
  if (!response.ok) {
    const error = await failure(response);
    if (response.status === 401) signedOut();
    throw error;
  }
  if (response.status === 204) return undefined as T;
  return await response.json() as T;
}

function anyOf(...signals: AbortSignal[]): AbortSignal {
  const controller = new AbortController();
  for (const one of signals) one.addEventListener('abort', () => controller.abort(one.reason), {once: true});
  return controller.signal;
}

export const get = <T>(path: string, options: Call = {}): Promise<T> => call<T>('GET', path, options);
export const post = <T>(path: string, body: unknown = {}, options: Call = {}): Promise<T> =>
  call<T>('POST', path, {...options, body});
export const put = <T>(path: string, body: unknown, options: Call = {}): Promise<T> =>
  call<T>('PUT', path, {...options, body});
export const remove = <T>(path: string, options: Call = {}): Promise<T> => call<T>('DELETE', path, options);

export const postFile = <T>(path: string, file: Blob): Promise<T> => call<T>('POST', path, {file});

// A file, with its progress from 0 to 1; fetch cannot tell how far an upload is.
export function upload<T>(path: string, file: Blob, progress: (part: number) => void, stop?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', `/api/v1${path}`);
    request.setRequestHeader(csrfHeader, csrf);
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream');
    request.responseType = 'text';
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(event.loaded / event.total); };
    request.onload = async () => {
      const headers = {'Content-Type': 'application/json'};
      const response = new Response(request.responseText || null, {status: request.status, headers});
      if (response.ok) resolve(await response.json() as T);
      else reject(await failure(response));
    };
    request.onerror = () => { reachable.value = false; reject(new ApiError('unreachable', 'unreachable', 0)); };
    request.onabort = () => reject(new ApiError('stopped', 'stopped', 0));
    stop?.addEventListener('abort', () => request.abort(), {once: true});
    request.send(file);
  });
}

// A path's segment: ids hold colons and slashes.
export const segment = encodeURIComponent;
