import { type PointerEvent, useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { day } from '../../text/time'
import { useWhen } from '../../ui/viewer'
import { fatigueWords } from './fatiguewords'
import type { FatigueDay } from './types'

const high = 120 // of the part with the score
const low = 44 // of the part with the leaves

/** FatigueChart draws the score, who left and what was posted, a day beside the other; a table says the same. */
export function FatigueChart({ days, zone }: { days: FatigueDay[]; zone: string }) {
  const w = useWords(fatigueWords)
  const { lang } = useText()
  const { now } = useWhen()
  const [at, setAt] = useState<number>()
  if (days.length === 0) return <p className="muted">{w('chart.none')}</p>
  const n = days.length
  const most = Math.max(1, ...days.map((d) => d.quits))
  const x = (i: number) => ((i + 0.5) / n) * 1000
  const y = (score: number) => high - (Math.min(100, Math.max(0, score)) / 100) * high
  const line = days.map((d, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(d.score).toFixed(1)}`).join('')
  const read = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect()
    setAt(Math.max(0, Math.min(n - 1, Math.floor(((event.clientX - box.left) / box.width) * n))))
  }
  const told = days[at ?? n - 1]!
  const name = (d: FatigueDay) => day(d.from_at, zone, now, lang)
  return (
    <div className="fatigue-chart">
      <ul className="fatigue-legend">
        <li data-of="score">{w('chart.score')}</li><li data-of="posts">{w('chart.posts')}</li><li data-of="leaves">{w('chart.leaves')}</li>
      </ul>
      <div className="fatigue-plot">
        <svg viewBox={`0 0 1000 ${high + low + 10}`} preserveAspectRatio="none" role="img" aria-label={w('chart')}
          onPointerMove={read} onPointerDown={read} onPointerLeave={() => setAt(undefined)}>
          <rect className="zone-red" width="1000" height={y(50)} />
          <rect className="zone-amber" y={y(50)} width="1000" height={y(20) - y(50)} />
          <rect className="zone-green" y={y(20)} width="1000" height={high - y(20)} />
          {days.map((d, i) => d.posts > 0 && <rect key={i} className="mark-post" x={x(i) - 1000 / n / 3} width={2000 / n / 3} y={high - 8} height="8" />)}
          <path className="line-score" d={line} />
          {days.map((d, i) => d.quits > 0 && (
            <rect key={i} className="bar-leaves" x={(i / n) * 1000 + 100 / n} width={800 / n} y={high + 10 + low - (d.quits / most) * low} height={(d.quits / most) * low} />
          ))}
          {at !== undefined && <line className="line-at" x1={x(at)} x2={x(at)} y1="0" y2={high + low + 10} />}
        </svg>
        <span className="fatigue-tick" style={{ top: `${(y(50) / (high + low + 10)) * 100}%` }}>50</span>
        <span className="fatigue-tick" style={{ top: `${(y(20) / (high + low + 10)) * 100}%` }}>20</span>
      </div>
      <p className="fatigue-span" aria-hidden="true"><span>{name(days[0]!)}</span><span>{name(days[n - 1]!)}</span></p>
      <p className="small fatigue-told" role="status">
        {w('chart.at', { day: name(told), score: Math.round(told.score), leaves: count(told.quits, lang), posts: told.posts, clicks: count(told.clicks, lang) })}
        {at === undefined && <span className="muted"> · {w('chart.hint')}</span>}
      </p>
      <details className="given">
        <summary>{w('chart.table')}</summary>
        <div className="fatigue-table" tabIndex={0} role="region" aria-label={w('chart.table')}>
          <table>
            <thead><tr><th>{w('day')}</th><th>{w('chart.score')}</th><th>{w('chart.posts')}</th><th>{w('clicks')}</th><th>{w('joins')}</th><th>{w('chart.leaves')}</th></tr></thead>
            <tbody>
              {[...days].reverse().map((d) => (
                <tr key={d.from_at}><th>{name(d)}</th><td>{Math.round(d.score)}</td><td>{d.posts}</td><td>{d.clicks}</td><td>{d.joins}</td><td>{d.quits}</td></tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  )
}
