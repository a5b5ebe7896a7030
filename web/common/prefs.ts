// How a person wants to see the pages on this PC: light or dark, text size, contrast. Kept in the browser.
import {effect, signal} from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
export type TextSize = 'normal' | 'large' | 'larger';
export type Contrast = 'normal' | 'more';

function kept<T extends string>(name: string, allowed: readonly T[]) {
  const value = localStorage.getItem(`tram.${name}`) as T | null;
  const preference = signal<T>(value !== null && allowed.includes(value) ? value : allowed[0]!);
  effect(() => {
    localStorage.setItem(`tram.${name}`, preference.value);
    document.documentElement.dataset[name] = preference.value;
  });
  return preference;
}

export const themes = ['system', 'light', 'dark'] as const;
export const textSizes = ['normal', 'large', 'larger'] as const;
export const contrasts = ['normal', 'more'] as const;

export const theme = kept<Theme>('theme', themes);
export const textSize = kept<TextSize>('text', textSizes);
export const contrast = kept<Contrast>('contrast', contrasts);
