import { Link } from 'wouter'
import { useGroups } from '../api'
import { useText } from '../text'
import { count } from '../text/number'
import { clock, span } from '../text/time'
import type { Group } from '../types'
import { Page } from '../ui/page'
import { Empty, Failed, Waiting } from '../ui/states'
import { useWhen } from '../ui/viewer'
import { HeldList, PostRow } from './groupposts'
import { PauseNote, PauseSwitch } from './pause'
import { isReason, why } from './why'

/** Groups shows for each group when the next sponsored post may go out, and why every other one has to wait. */
export function Groups() {
  const { t, lang } = useText()
  const groups = useGroups()
  const all = groups.data
  const members = all?.reduce((sum, g) => sum + g.headcount, 0) ?? 0
  return (
    <Page title={t('groups.title')} live={all && (groups.isError ? 'stale' : 'fresh')}
      sub={all && all.length > 0 && t('groups.sub', { n: all.length, m: count(members, lang) })}>
      {!all && groups.isError && <Failed error={groups.error} retry={() => void groups.refetch()} />}
      {!all && !groups.isError && <Waiting />}
      {all?.length === 0 && <div className="card"><Empty icon="groups" title={t('groups.empty')} text={t('groups.emptyText')} /></div>}
      <div className="stack">{all?.map((group) => <GroupCard key={group.id} group={group} />)}</div>
    </Page>
  )
}

function GroupCard({ group }: { group: Group }) {
  const { t } = useText()
  const waiting = group.held.filter((h) => h.next_at > 0)
  const given = group.held.filter((h) => h.next_at === 0)
  return (
    <article className="card group" aria-labelledby={`g${group.id}`} data-paused={group.paused || undefined}>
      <header className="group-head">
        <h2 id={`g${group.id}`}>{group.name}</h2>
        <span className="tag">{t(`kind.${group.kind}`)}</span>
        <PauseSwitch group={group} />
      </header>
      <PauseNote group={group} />
      <div className="facts">
        <NextSlot group={group} />
        <CapUse group={group} />
        <Members group={group} />
      </div>
      <Rules group={group} />
      <GroupLinks group={group} />
      <div className="columns">
        <section>
          <h3>{t('group.held')}{waiting.length > 0 && <small>{waiting.length}</small>}</h3>
          {waiting.length === 0 && <p className="muted">{t('group.heldNone')}</p>}
          <HeldList items={waiting} group={group} />
          {given.length > 0 && (
            <details className="given" open={given.length <= 3}>
              <summary>{t('group.given')}<small>{given.length}</small></summary>
              <HeldList items={given} group={group} />
            </details>
          )}
        </section>
        <section>
          <h3>{t('group.live')}{group.live.length > 0 && <small>{group.live.length}</small>}</h3>
          {group.live.length === 0 && <p className="muted">{t('group.liveNone')}</p>}
          <ul className="posts">{group.live.map((post) => <PostRow key={post.id} post={post} group={group} />)}</ul>
        </section>
      </div>
    </article>
  )
}

/** GroupLinks lead to what else there is to know of the group. */
function GroupLinks({ group }: { group: Group }) {
  const { t } = useText()
  return (
    <p className="group-links">
      {([['', 'group.toRules'], ['/calendar', 'group.toCalendar'], ['/fatigue', 'group.toFatigue']] as const).map(([to, key]) => (
        <Link key={key} to={`/pacing${to}?group=${group.id}`} className="link" aria-label={`${t(key)}: ${group.name}`}>{t(key)}</Link>
      ))}
    </p>
  )
}

function NextSlot({ group }: { group: Group }) {
  const { t, lang } = useText()
  const { say, zoneName } = useWhen()
  const reason = group.next_free_reason
  const words = reason && (isReason(reason) ? why(reason, group, '', t, lang) : reason)
  const free = !group.paused && !reason && group.next_free_at > 0
  const main = group.paused ? t('group.notPaused')
    : free ? t('group.freeNow')
    : group.next_free_at > 0 ? say(group.next_free_at, group.zone)
    : t('group.nextNone')
  return (
    <div className="fact fact-main">
      <p className="fact-label">{t('group.next')}</p>
      <p className={free ? 'fact-value good' : 'fact-value'}>{main}
        {!group.paused && !free && group.next_free_at > 0 && <small>{zoneName(group.zone)}</small>}
      </p>
      {!group.paused && <p className="muted">{words ? t('group.because', { why: words }) : t('group.nothing')}</p>}
    </div>
  )
}

function CapUse({ group }: { group: Group }) {
  const { t, lang } = useText()
  const cap = group.policy?.group_cap ?? 0
  const window = group.policy?.group_window ?? 0
  const full = cap > 0 && group.posts_7d >= cap
  return (
    <div className="fact">
      <p className="fact-label">{t('group.cap')}</p>
      <p className="fact-value">
        {cap > 0 && window === 604_800_000 ? t('group.capOf', { n: group.posts_7d, max: cap }) : cap > 0 ? group.posts_7d : t('group.noCap', { n: group.posts_7d })}
      </p>
      {cap > 0 && cap <= 12 && (
        <p className={full ? 'pips full' : 'pips'} aria-hidden="true">
          {Array.from({ length: Math.max(cap, group.posts_7d) }, (_, i) => <i key={i} data-on={i < group.posts_7d || undefined} />)}
        </p>
      )}
      {cap > 0 && window !== 604_800_000 && <p className="muted">{t('group.capWindow', { max: cap, window: span(window, lang) })}</p>}
    </div>
  )
}

function Members({ group }: { group: Group }) {
  const { t, lang } = useText()
  const share = group.capacity > 0 ? Math.min(1, group.headcount / group.capacity) : 0
  return (
    <div className="fact">
      <p className="fact-label">{t('group.membersLabel')}</p>
      <p className="fact-value">{t('group.members', { n: count(group.headcount, lang), max: count(group.capacity, lang) })}</p>
      <p className="meter" aria-hidden="true"><i style={{ width: `${share * 100}%` }} data-full={share > 0.95 || undefined} /></p>
    </div>
  )
}

function Rules({ group }: { group: Group }) {
  const { t, lang } = useText()
  const p = group.policy
  if (!p) return <p className="rules warn">{t('group.noRules')}</p>
  const rules = [
    p.group_cap > 0 && t('group.ruleCap', { n: p.group_cap, window: span(p.group_window, lang) }),
    p.min_gap > 0 && t('group.ruleGap', { gap: span(p.min_gap, lang) }),
    p.brand_cap > 0 && t('group.ruleBrand', { n: p.brand_cap, window: span(p.brand_window, lang) }),
    p.quiet_start !== p.quiet_end && t('group.ruleQuiet', { from: clock(p.quiet_start), to: clock(p.quiet_end) }),
  ].filter((x): x is string => x !== false)
  return <ul className="rules" aria-label={t('group.rules')}>{rules.map((r) => <li key={r}>{r}</li>)}</ul>
}
