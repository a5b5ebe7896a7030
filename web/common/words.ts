// Words that both programs' pages say.
import {catalogue} from './i18n';

export const vi = {
  'act.again': 'Thử lại',
  'act.cancel': 'Hủy',
  'act.close': 'Đóng',
  'act.save': 'Lưu',
  'looks.language': 'Ngôn ngữ',
  'looks.theme': 'Màu nền',
  'looks.theme.system': 'Theo máy tính',
  'looks.theme.light': 'Sáng',
  'looks.theme.dark': 'Tối',
  'looks.text': 'Cỡ chữ',
  'looks.text.normal': 'Thường',
  'looks.text.large': 'Lớn',
  'looks.text.larger': 'Rất lớn',
  'looks.contrast': 'Tương phản',
  'looks.contrast.normal': 'Thường',
  'looks.contrast.more': 'Cao',
  'shell.lost': 'Chương trình Trạm chưa trả lời. Cứ để trang này mở: nội dung đang gõ được giữ lại và lưu tiếp ngay khi có trả lời. Nếu quá vài phút, hãy khởi động lại chương trình.',
  'shell.pages': 'Các trang',
  'shell.skip': 'Tới nội dung',
  'wait.loading': 'Đang mở…',
  'wait.long': 'Lâu hơn bình thường. Dữ liệu không mất; hãy thử lại.',
  'wait.unreachable': 'Chương trình chưa trả lời. Hãy thử lại sau ít giây.',
};

export type Word = keyof typeof vi;

export const en: Record<Word, string> = {
  'act.again': 'Try again',
  'act.cancel': 'Cancel',
  'act.close': 'Close',
  'act.save': 'Save',
  'looks.language': 'Language',
  'looks.theme': 'Colours',
  'looks.theme.system': 'As the computer',
  'looks.theme.light': 'Light',
  'looks.theme.dark': 'Dark',
  'looks.text': 'Text size',
  'looks.text.normal': 'Normal',
  'looks.text.large': 'Large',
  'looks.text.larger': 'Larger',
  'looks.contrast': 'Contrast',
  'looks.contrast.normal': 'Normal',
  'looks.contrast.more': 'High',
  'shell.lost': 'Trạm does not answer. Leave this page open: what you type is kept and saved as soon as it answers again. If this lasts for minutes, start the program again.',
  'shell.pages': 'Pages',
  'shell.skip': 'To the content',
  'wait.loading': 'Opening…',
  'wait.long': 'This takes longer than usual. No data is lost; try again.',
  'wait.unreachable': 'The program does not answer. Try again in a few seconds.',
};

export const words = catalogue({vi, en});
