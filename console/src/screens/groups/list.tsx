import { useDeferredValue, useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import type { Group } from '../../types'
import { Icon } from '../../ui/icons'
import { More } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { Tabs } from '../../ui/tabs'
import { useOwner, useWhen } from '../../ui/viewer'
import { type Filter, useGoneGroups, useGroupList } from './api'
import { Heads, useNext } from './card'
import { KindsExplained } from './kinds'
import { GradeTag } from './health'
import { reminders } from './reminders'
import { Sync } from './sync'
import { room } from './words'

/** From this many groups on there is something to search in. */
const many = 6

/** GroupList is every group in a line: when it is free, how full it is, and what is missing of it. */
export function GroupList() {
  const { lang } = useText()
  const w = useWords(room)
  const owner = useOwner()
  const [filter, setFilter] = useState<Filter>({ q: '', kind: '' })
  const groups = useGroupList(useDeferredValue(filter))
  const first = groups.data?.pages[0]
  const all = groups.data?.pages.flatMap((p) => p.groups) ?? []
  const whole = filter.q === '' && filter.kind === ''
  const none = whole && first?.total === 0
  return (
    <Page title={w('groups.title')} live={first && (groups.isError ? 'stale' : 'fresh')}
      sub={first && first.total > 0 && w('groups.sub', { n: first.total, m: count(first.people, lang) })}
      actions={owner && !none && <Link to="/groups/new" className="button primary"><Icon name="plus" />{w('groups.add')}</Link>}>
      {owner && !none && <GroupTabs />}
      {!first && groups.isError && <Failed error={groups.error} retry={() => void groups.refetch()} />}
      {!first && !groups.isError && <Waiting />}
      {none && (owner ? <KindsExplained /> : <div className="card"><Empty icon="groups" title={w('groups.noneYours')} text={w('groups.noneYoursText')} /></div>)}
      {first && !none && (
        <div className="stack">
          {owner && <Sync />}
          {(!whole || first.total >= many) && <Search filter={filter} set={setFilter} found={first.total} />}
          {all.length === 0 ? <p className="card muted">{w('groups.notFound')}</p> : (
            <ul className="group-list card">{all.map((group) => <GroupRow key={group.id} group={group} />)}</ul>
          )}
          <More query={groups} />
          {owner && whole && <Ended />}
        </div>
      )}
    </Page>
  )
}

/** GroupTabs leads from one part of the room to another. */
export function GroupTabs() {
  const w = useWords(room)
  return <Tabs label={w('tabs')} tabs={[{ to: '/groups', label: w('tab.list') }, { to: '/groups/health', label: w('tab.health') }, { to: '/groups/welcomes', label: w('tab.welcomes') }]} />
}

function Search({ filter, set, found }: { filter: Filter; set: (filter: Filter) => void; found: number }) {
  const w = useWords(room)
  return (
    <div className="group-search" role="search">
      <input className="input" type="search" aria-label={w('groups.search')} placeholder={w('groups.search')} value={filter.q} maxLength={60}
        autoComplete="off" onChange={(e) => set({ ...filter, q: e.target.value })} />
      <div className="segments" role="group" aria-label={w('groups.kind')}>
        {(['', 'wecom', 'ordinary'] as const).map((kind) => (
          <button key={kind} type="button" className="segment" aria-pressed={filter.kind === kind} onClick={() => set({ ...filter, kind })}>
            {w(kind === '' ? 'groups.all' : `groups.${kind}`)}
          </button>
        ))}
      </div>
      <p className="sr" role="status">{w('groups.found', { n: found })}</p>
    </div>
  )
}

function GroupRow({ group }: { group: Group }) {
  const { t } = useText()
  const w = useWords(room)
  const { now, say } = useWhen()
  const next = useNext()(group)
  const cap = group.policy?.group_cap ?? 0
  const waiting = group.held.filter((h) => h.next_at > 0).length
  const missing = reminders(group, now)
  return (
    <li className="group-row" data-group={group.id} data-paused={group.paused || undefined}>
      <div className="group-row-name">
        <Link to={`/groups/${group.id}`} className="strong">{group.name}</Link>
        <p className="tags">
          <span className="tag">{t(`kind.${group.kind}`)}</span>
          {group.health !== 'good' && <GradeTag grade={group.health} />}
          {group.paused && <span className="tag warn">{w('group.off')}</span>}
        </p>
      </div>
      <div className="fact group-row-heads"><Heads group={group} /></div>
      <div className="group-row-next">
        <p className={next.free ? 'strong good' : 'strong'}><span className="group-row-label">{w('group.next')}</span>{next.main}</p>
        <p className="muted small">{next.because}</p>
      </div>
      <p className="group-row-posts muted small">
        <span>{cap > 0 ? w('list.posts', { n: group.posts_7d, max: cap }) : w('list.postsFree', { n: group.posts_7d })}</span>
        {waiting > 0 && <span>{w('list.held', { n: waiting })}</span>}
      </p>
      {missing.length > 0 && (
        <ul className="group-row-missing small">
          {missing.map((m) => <li key={m}><Icon name="alert" size={14} />{w(`remind.${m}`, { when: say(group.way_ends_at, group.zone) })}</li>)}
        </ul>
      )}
    </li>
  )
}

/** Ended are the groups that are no more; what they were is on record. */
function Ended() {
  const w = useWords(room)
  const { say } = useWhen()
  const [open, setOpen] = useState(false)
  return (
    <details className="given" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{w('ended')}</summary>
      {open && <EndedList say={say} />}
    </details>
  )
}

function EndedList({ say }: { say: (ms: number, zone?: string) => string }) {
  const w = useWords(room)
  const gone = useGoneGroups()
  if (!gone.data) return null
  if (gone.data.length === 0) return <p className="muted small">{w('ended.none')}</p>
  return <ul className="stack small">{gone.data.map((g) => <li key={g.id}><Link to={`/groups/${g.id}`} className="link">{g.name}</Link> <span className="muted">{say(g.gone_at, g.zone)}</span></li>)}</ul>
}
