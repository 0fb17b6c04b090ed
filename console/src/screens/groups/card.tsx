import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { clock, span } from '../../text/time'
import type { Group } from '../../types'
import { useWhen } from '../../ui/viewer'
import { HeldList, PostRow } from './posts'
import { isReason, why } from '../why'
import { room } from './words'

/** Standing is when the next sponsored post may go out to a group, and how it has fared so far. */
export function Standing({ group }: { group: Group }) {
  return (
    <section className="card" aria-label={group.name} data-paused={group.paused || undefined}>
      <div className="facts">
        <NextSlot group={group} />
        <CapUse group={group} />
        <Members group={group} />
      </div>
      <Rules group={group} />
      <GroupLinks group={group} />
    </section>
  )
}

/** Sponsored is what waits for the group, why, and what has gone out. */
export function Sponsored({ group }: { group: Group }) {
  const w = useWords(room)
  const waiting = group.held.filter((h) => h.next_at > 0)
  const given = group.held.filter((h) => h.next_at === 0)
  return (
    <section className="card" aria-labelledby="sponsored">
      <h2 id="sponsored">{w('group.sponsored')}</h2>
      <div className="columns">
        <section>
          <h3>{w('group.held')}{waiting.length > 0 && <small>{waiting.length}</small>}</h3>
          {waiting.length === 0 && <p className="muted">{w('group.heldNone')}</p>}
          <HeldList items={waiting} group={group} />
          {given.length > 0 && (
            <details className="given" open={given.length <= 3}>
              <summary>{w('group.given')}<small>{given.length}</small></summary>
              <HeldList items={given} group={group} />
            </details>
          )}
        </section>
        <section>
          <h3>{w('group.live')}{group.live.length > 0 && <small>{group.live.length}</small>}</h3>
          {group.live.length === 0 && <p className="muted">{w('group.liveNone')}</p>}
          <ul className="posts">{group.live.map((post) => <PostRow key={post.id} post={post} group={group} />)}</ul>
        </section>
      </div>
    </section>
  )
}

/** GroupLinks lead to what else there is to know of the group. */
function GroupLinks({ group }: { group: Group }) {
  const w = useWords(room)
  return (
    <p className="group-links">
      {([['', 'group.toRules'], ['/calendar', 'group.toCalendar'], ['/fatigue', 'group.toFatigue']] as const).map(([to, key]) => (
        <Link key={key} to={`/pacing${to}?group=${group.id}`} className="link" aria-label={`${w(key)}: ${group.name}`}>{w(key)}</Link>
      ))}
    </p>
  )
}

/** useNext says when a group is free next, and what stands in the way. */
export function useNext() {
  const { t, lang } = useText()
  const w = useWords(room)
  const { say } = useWhen()
  return (group: Group) => {
    const reason = group.next_free_reason
    const words = reason && (isReason(reason) ? why(reason, group, '', t, lang) : reason)
    const free = !group.paused && !reason && group.next_free_at > 0
    const main = group.paused ? w('group.notPaused')
      : free ? w('group.freeNow')
      : group.next_free_at > 0 ? say(group.next_free_at, group.zone)
      : w('group.nextNone')
    return { free, main, because: group.paused ? '' : words ? w('group.because', { why: words }) : w('group.nothing') }
  }
}

function NextSlot({ group }: { group: Group }) {
  const w = useWords(room)
  const { zoneName } = useWhen()
  const { free, main, because } = useNext()(group)
  return (
    <div className="fact fact-main">
      <p className="fact-label">{w('group.next')}</p>
      <p className={free ? 'fact-value good' : 'fact-value'}>{main}
        {!group.paused && !free && group.next_free_at > 0 && <small>{zoneName(group.zone)}</small>}
      </p>
      {because && <p className="muted">{because}</p>}
    </div>
  )
}

function CapUse({ group }: { group: Group }) {
  const { lang } = useText()
  const w = useWords(room)
  const cap = group.policy?.group_cap ?? 0
  const window = group.policy?.group_window ?? 0
  const full = cap > 0 && group.posts_7d >= cap
  return (
    <div className="fact">
      <p className="fact-label">{w('group.cap')}</p>
      <p className="fact-value">
        {cap > 0 && window === 604_800_000 ? w('group.capOf', { n: group.posts_7d, max: cap }) : cap > 0 ? group.posts_7d : w('group.noCap', { n: group.posts_7d })}
      </p>
      {cap > 0 && cap <= 12 && (
        <p className={full ? 'pips full' : 'pips'} aria-hidden="true">
          {Array.from({ length: Math.max(cap, group.posts_7d) }, (_, i) => <i key={i} data-on={i < group.posts_7d || undefined} />)}
        </p>
      )}
      {cap > 0 && window !== 604_800_000 && <p className="muted">{w('group.capWindow', { max: cap, window: span(window, lang) })}</p>}
    </div>
  )
}

function Members({ group }: { group: Group }) {
  const w = useWords(room)
  const { say } = useWhen()
  return (
    <div className="fact">
      <p className="fact-label">{w('group.membersLabel')}</p>
      <Heads group={group} />
      {group.kind === 'ordinary' && <p className="muted">{group.counted_at > 0 ? w('group.counted', { when: say(group.counted_at, group.zone) }) : w('group.uncounted')}</p>}
    </div>
  )
}

/** Heads is how many people are in a group, and how full it is. */
export function Heads({ group }: { group: Group }) {
  const w = useWords(room)
  const { lang } = useText()
  const share = group.capacity > 0 ? Math.min(1, group.headcount / group.capacity) : 0
  return (
    <>
      <p className="fact-value">{group.capacity > 0 ? w('group.members', { n: count(group.headcount, lang), max: count(group.capacity, lang) }) : w('group.people', { n: count(group.headcount, lang) })}</p>
      <p className="meter" aria-hidden="true"><i style={{ width: `${share * 100}%` }} data-full={share > 0.95 || undefined} /></p>
    </>
  )
}

function Rules({ group }: { group: Group }) {
  const { t, lang } = useText()
  const w = useWords(room)
  const p = group.policy
  if (!p) return <p className="rules warn">{t('group.noRules')}</p>
  const rules = [
    p.group_cap > 0 && w('group.ruleCap', { n: p.group_cap, window: span(p.group_window, lang) }),
    p.min_gap > 0 && w('group.ruleGap', { gap: span(p.min_gap, lang) }),
    p.brand_cap > 0 && w('group.ruleBrand', { n: p.brand_cap, window: span(p.brand_window, lang) }),
    p.quiet_start !== p.quiet_end && w('group.ruleQuiet', { from: clock(p.quiet_start), to: clock(p.quiet_end) }),
  ].filter((x): x is string => x !== false)
  return <ul className="rules" aria-label={t('group.rules')}>{rules.map((r) => <li key={r}>{r}</li>)}</ul>
}
