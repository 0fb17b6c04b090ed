import type { CSSProperties } from 'react'
import { type Key, useText } from '../text'
import { count, share } from '../text/number'
import type { FunnelRow, Stage } from '../types'

/** Breakdown is the funnel once per video or group. On phones each row is a card; the roles keep it a table there. */
export function Breakdown({ kind, rows }: { kind: 'video' | 'group'; rows: FunnelRow[] }) {
  const { t } = useText()
  const heads = rows[0]?.stages.map((s) => s.stage) ?? []
  const sorted = [...rows].sort((a, b) => (b.stages[0]?.people ?? 0) - (a.stages[0]?.people ?? 0))
  const id = `by-${kind}`
  return (
    <section className="card" aria-labelledby={id}>
      <h2 id={id}>{t(kind === 'video' ? 'funnel.byVideo' : 'funnel.byGroup')}<small>{t('funnel.period')}</small></h2>
      <table className="rows" data-kind={kind} role="table" aria-labelledby={id}>
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">{t(kind === 'video' ? 'funnel.video' : 'funnel.group')}</th>
            {heads.map((s) => <th key={s} role="columnheader" scope="col">{t(short(s))}</th>)}
            <th role="columnheader" scope="col">{t('funnel.total')}</th>
          </tr>
        </thead>
        <tbody role="rowgroup">{sorted.map((row) => <Row key={row.id} row={row} />)}</tbody>
      </table>
      <p className="muted small">{t('funnel.note')}</p>
    </section>
  )
}

/** short is a step's name where columns are narrow. */
const short = (stage: Stage): Key => (stage === 'mini' ? 'stage.miniShort' : `stage.${stage}`)

function Row({ row }: { row: FunnelRow }) {
  const { t, lang } = useText()
  const first = row.stages[0]?.people ?? 0
  const last = row.stages.at(-1)?.people ?? 0
  return (
    <tr role="row">
      <th role="rowheader" scope="row">{row.name || t('common.unknown')}</th>
      {row.stages.map((s) => (
        <td key={s.stage} role="cell" data-label={t(short(s.stage))}
          style={{ '--heat': `${first > 0 ? (s.people / first) * 42 : 0}%` } as CSSProperties}>
          <span>{count(s.people, lang)}</span>
        </td>
      ))}
      <td role="cell" className="total" data-label={t('funnel.total')}>{share(last, first, lang)}</td>
    </tr>
  )
}
