// Small pictures, drawn as SVG and read out in words.
import {number, period} from '../common/format';
import {t} from './words';

// Of 100 percent, how much; the number stands beside it.
export function Bar({part, whole, label}: {part: number; whole: number; label: string}) {
  const percent = whole === 0 ? 0 : Math.round(100 * part / whole);
  return (
    <div class="bar-line" role="img" aria-label={`${label}: ${number(part)}/${number(whole)}`}>
      <span class="bar-track"><i style={{width: `${percent}%`}} /></span>
      <span class="small nowrap">{number(part)}/{number(whole)}</span>
    </div>
  );
}

const size = {width: 132, height: 34, pad: 3};

// A line through shares from 0 to 100; points without a share are left out.
export function Spark({points, label}: {points: {period: string; part: number; whole: number}[]; label: string}) {
  const known = points.filter((point) => point.whole > 0).map((point) => ({...point, share: 100 * point.part / point.whole}));
  if (known.length === 0) return <span class="muted small">{t('chart.none')}</span>;
  const step = known.length === 1 ? 0 : (size.width - 2 * size.pad) / (known.length - 1);
  const at = known.map((point, i) => [size.pad + i * step, size.height - size.pad - (size.height - 2 * size.pad) * point.share / 100] as const);
  const last = known[known.length - 1]!;
  const said = known.map((point) => `${period(point.period)} ${number(Math.round(point.share))}%`).join(', ');
  return (
    <span class="spark">
      <svg viewBox={`0 0 ${size.width} ${size.height}`} width={size.width} height={size.height} role="img" aria-label={`${label}: ${said}`}>
        <line x1={0} x2={size.width} y1={size.height - size.pad} y2={size.height - size.pad} class="base" />
        <polyline points={at.map((point) => point.join(',')).join(' ')} />
        <circle cx={at[at.length - 1]![0]} cy={at[at.length - 1]![1]} r={2.5} />
      </svg>
      <b>{number(Math.round(last.share))}%</b>
    </span>
  );
}
