import { useText, useWords } from '../../text'
import { count, money } from '../../text/number'
import type { LineSum } from './api'
import { room } from './words'

/** Sums are lines added up by what was charged and for which offer. */
export function Sums({ sums, currency }: { sums: LineSum[]; currency: string }) {
  const w = useWords(room)
  const { lang } = useText()
  if (sums.length === 0) return null
  return (
    <table className="money-table">
      <caption className="sr">{w('sums')}</caption>
      <thead><tr><th scope="col">{w('for')}</th><th scope="col">{w('n')}</th><th scope="col">{w('sum')}</th></tr></thead>
      <tbody>
        {sums.map((s) => (
          <tr key={`${s.code} ${s.offer_id ?? ''} ${s.title}`}>
            <th scope="row">{w(`code.${s.code}`)}{s.title && <small>{s.title}</small>}</th>
            <td>{count(s.n, lang)}</td>
            <td>{money(s.sum, currency, lang)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
