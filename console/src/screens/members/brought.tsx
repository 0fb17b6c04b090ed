import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count, share } from '../../text/number'
import { day } from '../../text/time'
import { Loaded } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useBrought } from './memberapi'
import { room } from './words'

const spans = [4, 12, 26, 52] as const
const week = 7 * 86_400_000

/** Brought is how many people came because of a member, week by week, and how far they came. It names nobody. */
export function Brought() {
  const w = useWords(room)
  const [weeks, setWeeks] = useState<number>(12)
  const query = useBrought(weeks)
  return (
    <div className="stack">
      <div className="segments member-choice" role="group" aria-label={w('b.span')}>
        {spans.map((n) => <button key={n} type="button" className="segment" aria-pressed={n === weeks} onClick={() => setWeeks(n)}>{w('b.weeks', { n })}</button>)}
      </div>
      <Loaded query={query}>
        {(all) => all.every((x) => x.brought === 0)
          ? <div className="card"><Empty icon="groups" title={w('b.none')} text={w('b.noneText')} /></div>
          : <Weeks all={all} />}
      </Loaded>
    </div>
  )
}

function Weeks({ all }: { all: { brought: number; referrers: number; claimed: number; redeemed: number }[] }) {
  const w = useWords(room)
  const { lang } = useText()
  const { now, zone } = useWhen()
  const sum = (pick: (x: (typeof all)[number]) => number) => all.reduce((n, x) => n + pick(x), 0)
  const brought = sum((x) => x.brought)
  const date = (ms: number) => day(ms, zone, now, lang)
  return (
    <section className="card" aria-labelledby="brought">
      <h2 id="brought">{w('b.title')}</h2>
      <p className="hint">{w('b.text')}</p>
      <dl className="member-figures">
        <div><dt>{w('b.brought')}</dt><dd>{count(brought, lang)}</dd></div>
        <div><dt>{w('b.claimed')}</dt><dd>{share(sum((x) => x.claimed), brought, lang)}</dd></div>
        <div><dt>{w('b.redeemed')}</dt><dd>{share(sum((x) => x.redeemed), brought, lang)}</dd></div>
      </dl>
      <table className="week-table">
        <caption className="sr">{w('b.title')}</caption>
        <thead><tr><th scope="col">{w('b.week')}</th><th scope="col">{w('b.brought')}</th><th scope="col">{w('b.by')}</th><th scope="col">{w('b.claimed')}</th><th scope="col">{w('b.redeemed')}</th></tr></thead>
        <tbody>
          {all.map((x, i) => (
            <tr key={i}>
              <th scope="row">{i === 0 ? w('b.now') : w('b.until', { when: date(now - i * week) })}</th>
              <td data-label={w('b.brought')}>{count(x.brought, lang)}</td><td data-label={w('b.by')}>{count(x.referrers, lang)}</td>
              <td data-label={w('b.claimed')}>{count(x.claimed, lang)}</td><td data-label={w('b.redeemed')}>{count(x.redeemed, lang)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
