// Numbers, dates, times and sizes as people read them here: 1.234.567,8 and 17/07/2024; in English 1,234,567.8.
import {language} from './i18n';

const zone = 'Asia/Ho_Chi_Minh';

// Of text such as "1234567.5" too, exactly as far as it has digits.
export function number(value: number | string | null | undefined, decimals?: number): string {
  if (value === null || value === undefined || value === '') return '';
  let text = String(value);
  if (decimals !== undefined && typeof value === 'number') text = value.toFixed(decimals);
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return text;
  const vietnamese = language.value === 'vi';
  const whole = match[2]!.replace(/\B(?=(\d{3})+$)/g, vietnamese ? '.' : ',');
  return match[1] + whole + (match[3] ? (vietnamese ? ',' : '.') + match[3] : '');
}

// "2024-06-17" or an instant, as a day at +07:00.
export function day(value: string | null | undefined): string {
  if (!value) return '';
  const plain = /^(\d{4})-(\d\d)-(\d\d)$/.exec(value);
  if (plain) return `${plain[3]}/${plain[2]}/${plain[1]}`;
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  return at.toLocaleDateString('en-GB', {timeZone: zone});
}

// "17/06/2024 09:12"
export function instant(value: string | null | undefined): string {
  if (!value) return '';
  const at = new Date(value);
  if (Number.isNaN(at.getTime())) return value;
  return `${day(value)} ${at.toLocaleTimeString('en-GB', {timeZone: zone, hour: '2-digit', minute: '2-digit'})}`;
}

export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let at = 0;
  while (size >= 1000 && at < units.length - 1) { size /= 1000; ++at; }
  return `${number(at === 0 || size >= 100 ? Math.round(size) : Number(size.toFixed(1)))} ${units[at]}`;
}

// Lower case without marks, for searching in a page: "Đề xuất" is "de xuat".
export function folded(text: string): string {
  return text.toLowerCase().normalize('NFD').replace(/[\u0300-\u036f]/g, '').replace(/đ/g, 'd');
}

const kinds: Record<string, [string, string]> = {
  month: ['Tháng {n}/{y}', 'Month {n}/{y}'], Q: ['Quý {n}/{y}', 'Quarter {n}, {y}'],
  S: ['6 tháng {h}/{y}', 'Half {n}, {y}'], C9: ['9 tháng/{y}', 'Nine months, {y}'], year: ['Năm {y}', 'Year {y}'],
  stage: ['Giai đoạn {y}–{n}', '{y}–{n}'],
};

// "2024Q2" is "Quý II/2024".
export function period(id: string): string {
  const [main = '', scenario = ''] = id.split('~');
  const match = /^(\d{4})(?:(Q|S)(\d)|(C9)|_(\d{4})|(\d\d)(\d\d)?)?$/.exec(main);
  if (!match) return id;
  const [, y = '', letter, n = '', c9, stage, month, dayOfMonth] = match;
  const at = language.value === 'vi' ? 0 : 1;
  const roman = ['', 'I', 'II', 'III', 'IV'][Number(n)] ?? n;
  let text: string;
  if (dayOfMonth) text = `${dayOfMonth}/${month}/${y}`;
  else {
    const kind = letter ?? c9 ?? (stage ? 'stage' : month ? 'month' : 'year');
    text = kinds[kind]![at]!.replace('{y}', y).replace('{n}', stage ?? (month ? String(Number(month)) : letter === 'Q' && at === 0 ? roman : n))
      .replace('{h}', n === '1' ? 'đầu năm' : 'cuối năm');
  }
  const names: Record<string, [string, string]> = {estimate: ['ước thực hiện', 'estimate'], plan: ['kế hoạch', 'plan']};
  return scenario ? `${text} (${names[scenario]?.[at] ?? scenario})` : text;
}
