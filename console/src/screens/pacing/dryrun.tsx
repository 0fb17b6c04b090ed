import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { useWhen } from '../../ui/viewer'
import { usePlainWhy } from './reasons'
import type { Trial, Verdict } from './types'
import { ruleWords } from './words'

/** DryRun says what rules would have held and let go, and what they do to what waits. */
export function DryRun({ found }: { found: Trial }) {
  const w = useWords(ruleWords)
  const { lang } = useText()
  const why = usePlainWhy()
  const { days, posts, held, freed } = found
  const most = Math.max(1, ...found.by_reason.map((r) => r.held))
  const groups = found.groups.filter((g) => g.held + g.freed > 0)
  return (
    <>
      <section className="pacing-past" aria-labelledby="past" data-held={held} data-posts={posts}>
        <h3 id="past">{w('past')}</h3>
        <p className="pacing-verdict">
          {posts + freed === 0 ? w('past.none', { days }) : held === 0 ? w('past.same', { days, posts }) : w('past.held', { days, posts, held })}
          {freed > 0 && <> {w('past.freed', { n: freed })}</>}
        </p>
        {found.today > 0 && <p className="muted small">{w('past.today', { n: found.today })}</p>}
        {found.facts > 0 && <p className="muted small">{w('past.facts', { n: found.facts })}</p>}
        {found.unseen.length > 0 && <p className="notice fatigue-new"><Icon name="info" /><span>{w('past.unseen')}</span></p>}
        {posts > 0 && held > 0 && <p className="meter pacing-heldbar" aria-hidden="true"><i data-full style={{ width: `${(held / posts) * 100}%` }} /></p>}
        {found.by_reason.length > 0 && (
          <>
            <h4>{w('past.why')}</h4>
            <ul className="pacing-whys">
              {found.by_reason.map((r) => (
                <li key={r.reason}><span>{why(r.reason)}</span><i aria-hidden="true"><b style={{ width: `${(r.held / most) * 100}%` }} /></i><span>{r.held}</span></li>
              ))}
            </ul>
          </>
        )}
        {groups.length > 0 && <h4>{w('past.byGroup')}</h4>}
        {groups.map((g) => (
          <details key={g.group_id} className="pacing-bygroup">
            <summary><span className="strong">{g.name}</span><span className="muted">{w('past.inGroup', { posts: g.posts, held: g.held })}</span></summary>
            <Items items={g.items} sep={lang === 'en' ? '; ' : '；'} why={why} />
          </details>
        ))}
      </section>
      <Pending found={found} />
    </>
  )
}

function Items({ items, sep, why }: { items: Trial['groups'][number]['items']; sep: string; why: (reason: string) => string }) {
  const w = useWords(ruleWords)
  const { say } = useWhen()
  return (
    <ul className="posts">
      {items.map((p) => (
        <li key={p.placement_id}>
          <p className="post-title"><span className={p.freed ? 'tag good' : 'tag warn'}>{w(p.freed ? 'past.freedWord' : 'past.heldWord')}</span>{p.offer_title}<small>{p.brand_name}</small></p>
          <p className="muted">{say(p.at)}{p.reasons.length > 0 && ` · ${p.reasons.map(why).join(sep)}`}</p>
        </li>
      ))}
    </ul>
  )
}

function Pending({ found }: { found: Trial }) {
  const w = useWords(ruleWords)
  const { say, now } = useWhen()
  const far = (v: Verdict) => (v.allow ? now : v.next_at || Infinity)
  const at = (v: Verdict) => (far(v) === Infinity ? w('now.never') : far(v) <= now ? w('now.free') : say(v.next_at))
  const earlier = found.pending.filter((p) => far(p.after) < far(p.before))
  const later = found.pending.filter((p) => far(p.after) > far(p.before))
  const n = found.pending.length
  return (
    <section className="pacing-past" aria-labelledby="waits">
      <h3 id="waits">{w('now')}</h3>
      <p className="pacing-verdict">
        {n === 0 ? w('now.none') : earlier.length + later.length === 0 ? w('now.same', { n }) : w('now.change', { n, earlier: earlier.length, later: later.length })}
      </p>
      <ul className="posts">
        {[...later, ...earlier].slice(0, 20).map((p) => (
          <li key={p.placement_id}>
            <p className="post-title">{p.offer_title}<small>{p.group_name}</small></p>
            <p className="muted">{at(p.before)} → <strong className={far(p.after) > far(p.before) ? 'warn-text' : 'good'}>{at(p.after)}</strong></p>
          </li>
        ))}
      </ul>
    </section>
  )
}
