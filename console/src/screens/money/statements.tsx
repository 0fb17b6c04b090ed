import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { money } from '../../text/number'
import { More } from '../../ui/list'
import { Empty, Failed, Waiting } from '../../ui/states'
import { useOwner, useWhen } from '../../ui/viewer'
import { useStatements } from './api'
import { ClosingCard } from './closing'
import { room } from './words'

/** Statements are the closed months, and for an organiser when they close by themselves. */
export function Statements() {
  const owner = useOwner()
  return (
    <div className="stack">
      {owner && <ClosingCard />}
      <List />
    </div>
  )
}

/** List has the newest month first. */
function List() {
  const w = useWords(room)
  const { lang } = useText()
  const { say } = useWhen()
  const query = useStatements()
  const all = query.data?.pages.flatMap((p) => p.statements)
  if (!all) return query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />
  if (all.length === 0) return <div className="card"><Empty icon="money" title={w('st.empty')} text={w('st.emptyText')} /></div>
  return (
    <section className="card" aria-label={w('statements')}>
      <ul className="money-list">
        {all.map((s) => (
          <li key={s.id} data-statement={s.id}>
            <div>
              <p><Link to={`/money/statements/${s.id}`} className="link strong">{w('st.name', { n: s.number, month: s.month })}</Link><span className={s.paid_at > 0 ? 'tag good' : 'tag warn'}>{w(s.paid_at > 0 ? 'paid' : 'unpaid')}</span>{s.reviewed_at === 0 && <span className="tag warn">{w('unseen')}</span>}</p>
              <p className="muted small">{s.brand_name} · {w('st.closedAt', { when: say(s.closed_at) })}</p>
            </div>
            <span className="strong">{money(s.total, s.currency, lang)}</span>
          </li>
        ))}
      </ul>
      <More query={query} />
    </section>
  )
}
