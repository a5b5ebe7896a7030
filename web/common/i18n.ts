// Words of the pages: Vietnamese first, English beside it, switched without loading anew.
//
//   const t = catalogue({vi, en});      t('start.due', {days: 3})      "còn {days} ngày"
//
// The type demands that both catalogues have the same keys; a test compares the {names} in them.
import {signal} from '@preact/signals';

export type Language = 'vi' | 'en';
export type Words = Readonly<Record<string, string>>;
export type Translate<K extends string> = (key: K, values?: Readonly<Record<string, string | number>>) => string;

const kept = localStorage.getItem('tram.language');
export const language = signal<Language>(kept === 'en' ? 'en' : 'vi');
document.documentElement.lang = language.value;

export function setLanguage(next: Language): void {
  language.value = next;
  localStorage.setItem('tram.language', next);
  document.documentElement.lang = next;
}

export function catalogue<K extends string>(words: {vi: Record<K, string>; en: Record<K, string>}): Translate<K> {
  return (key, values) => {
    const text: string = words[language.value][key];
    return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text;
  };
}

// The label of something that comes with both, as forms and fields do.
export function label(of: {label_vi?: string; label_en?: string} | null | undefined, otherwise = ''): string {
  if (!of) return otherwise;
  return (language.value === 'en' ? of.label_en || of.label_vi : of.label_vi || of.label_en) || otherwise;
}

// The message of something that comes with both, as findings do.
export function message(of: {message_vi?: string; message?: string} | null | undefined): string {
  if (!of) return '';
  return (language.value === 'en' ? of.message || of.message_vi : of.message_vi || of.message) || '';
}
