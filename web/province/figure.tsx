// A figure opened into the offices it was made of, each with the way to its report and that report's history.
import {get} from '../common/api';
import {number, period as periodName} from '../common/format';
import {label} from '../common/i18n';
import {useLoad} from '../common/load';
import {href} from '../common/route';
import {Badge, Button, Empty} from '../common/ui/basics';
import {Dialog} from '../common/ui/dialog';
import {Show} from '../common/ui/waiting';
import {may} from './session';
import type {FormField, OpenedFigure} from './types';
import {shown} from './values';
import {t} from './words';

export function FigureDialog({field, query, onClose}: {field: FormField; query: string; onClose: () => void}) {
  const figure = useLoad(`figure ${query} ${field.id}`, (stop) => get<OpenedFigure>(`/consolidate/figure?${query}&field=${encodeURIComponent(field.id)}`, {signal: stop}));
  const link = (office: string, report: string | undefined, name: string) =>
    report && may('officer') ? <a href={href('review', office, report)} onClick={onClose}>{name}</a> : <>{name}</>;
  return (
    <Dialog title={label(field)} onClose={onClose} footer={<Button onClick={onClose}>{t('act.close')}</Button>}>
      <Show of={figure}>
        {(data) => (
          <>
            {data.n_reported !== undefined && <p>{t('figure.made', {value: shown(data.value, field), reported: number(data.n_reported), expected: number(data.n_expected ?? 0)})}</p>}
            {data.inputs && (data.inputs.length === 0 ? <Empty>{t('figure.none')}</Empty> : (
              <table class="table">
                <thead><tr><th scope="col">{t('col.office')}</th><th scope="col">{t('col.period')}</th><th scope="col" class="number">{t('col.value')}</th></tr></thead>
                <tbody>{data.inputs.map((one) => (
                  <tr key={one.office + one.period}>
                    <td>{link(one.office, one.report, one.name || one.office || periodName(one.period))}</td><td>{periodName(one.period)}</td>
                    <td class="number">{shown(one.value, field)} {one.corrected && <Badge tone="warn">{t('figure.corrected')}</Badge>}{one.carried && <Badge>{t('figure.carried')}</Badge>}</td>
                  </tr>
                ))}</tbody>
              </table>
            ))}
            {data.rows && (
              <table class="table">
                <thead><tr><th scope="col">{t('col.value')}</th><th scope="col">{t('col.from')}</th></tr></thead>
                <tbody>{data.rows.map((row) => (
                  <tr key={row.row}><td>{shown(row.value, field)}</td><td>{row.sources.map((one) => <div key={one.office + one.row}>{link(one.office, one.report, one.office)}</div>)}</td></tr>
                ))}</tbody>
              </table>
            )}
          </>
        )}
      </Show>
    </Dialog>
  );
}
