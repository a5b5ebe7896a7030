// Words of the office's page, in both languages; those of all pages come with them (common/words.ts).
import {catalogue} from '../common/i18n';
import {en as sharedEn, vi as sharedVi} from '../common/words';
import {officeEn} from './words_en';
import {officeVi} from './words_vi';

export const vi = {...sharedVi, ...officeVi};
export type Word = keyof typeof vi;
export const en: Record<Word, string> = {...sharedEn, ...officeEn};

export const t = catalogue({vi, en});
