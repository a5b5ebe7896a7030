// Words of the province's pages, in both languages; those of all pages come with them (common/words.ts).
import {catalogue} from '../common/i18n';
import {en as sharedEn, vi as sharedVi} from '../common/words';
import {provinceEn} from './words_en';
import {provinceVi} from './words_vi';

export const vi = {...sharedVi, ...provinceVi};
export type Word = keyof typeof vi;
export const en: Record<Word, string> = {...sharedEn, ...provinceEn};

export const t = catalogue({vi, en});
