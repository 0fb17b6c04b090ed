import { useText, useWords } from '../../text'
import { count, share } from '../../text/number'
import type { useForecast } from './api'
import { Figure } from './parts'
import { reachWords } from './words'

/** Forecast says whom a broadcast would reach, and who has had her share of the month. */
export function Forecast({ f }: { f: NonNullable<ReturnType<typeof useForecast>['data']> }) {
  const w = useWords(reachWords)
  const { lang } = useText()
  const monthly = f.left.length - 1
  const rows = f.left.map((n, left) => ({ n, left })).filter((x) => x.n > 0).reverse()
  return (
    <>
      <dl className="reach-figures" data-people={f.people} data-get={f.people - f.skips} data-skips={f.skips}>
        <Figure label={w('fore.meant')} value={f.people} />
        <Figure label={w('fore.get')} value={f.people - f.skips} tone="good" />
        {monthly > 0 && <Figure label={w('fore.skips')} value={f.skips} tone={f.skips > 0 ? 'warn' : undefined} />}
      </dl>
      <p className="reach-say">{monthly <= 0 ? w('fore.noLimit') : f.skips > 0 ? w('fore.skipsText', { n: count(f.skips, lang), m: monthly }) : w('fore.noSkips')}</p>
      {rows.length > 1 && (
        <table className="reach-left">
          <caption>{w('fore.left')}</caption>
          <tbody>
            {rows.map(({ n, left }) => (
              <tr key={left}>
                <th scope="row">{left === 0 ? w('fore.left0') : w('fore.leftN', { n: left })}</th>
                <td className="reach-left-bar" aria-hidden="true"><span className="meter"><i style={{ width: `${(n / f.people) * 100}%` }} data-full={left === 0 || undefined} /></span></td>
                <td>{w('fore.count', { n: count(n, lang) })}</td>
                <td className="muted">{share(n, f.people, lang)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ul className="reach-notes">
        {f.everyone && <li>{w('fore.everyone')}</li>}
        {monthly > 0 && <li>{w('fore.other')}</li>}
        {f.calls > 0 && <li>{w('fore.calls', { n: f.calls })}</li>}
      </ul>
    </>
  )
}
