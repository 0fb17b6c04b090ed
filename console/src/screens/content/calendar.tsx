import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { call, client, refresh } from '../../api'
import { useText, useWords } from '../../text'
import { day as dayWords } from '../../text/time'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty } from '../../ui/states'
import { Tabs } from '../../ui/tabs'
import { useWhen } from '../../ui/viewer'
import type { components } from '../../schema'
import { calendarWords } from './calendarwords'
import { room } from './words'

type Content = components['schemas']['Content']
type Item = Content['items'][number]

const day = 86_400_000
const ahead = 14

/** ContentTabs leads from what is written to when it is in which group. */
export function ContentTabs() {
  const w = useWords(calendarWords)
  return <Tabs label={w('tabs')} tabs={[{ to: '/content', label: w('tab.pieces') }, { to: '/content/calendar', label: w('tab.calendar') }]} />
}

/** useCalendars asks for two weeks of every group, twenty groups at a time. */
function useCalendars(from: number) {
  return useInfiniteQuery({
    queryKey: ['content', 'all', from],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/content', { params: { query: { from, to: from + ahead * day, after: pageParam, limit: 20 } } })),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: refresh,
  })
}

/** Calendar is what is in which group on which day: a line a group, a column a day. */
export function Calendar() {
  const w = useWords(calendarWords)
  const room_ = useWords(room)
  const { now } = useWhen()
  const [week, setWeek] = useState(0)
  const from = Math.floor(now / day) * day + (week * 7 - 3) * day
  const all = useCalendars(from)
  const days = Array.from({ length: ahead }, (_, i) => new Date(from + i * day).toISOString().slice(0, 10))
  return (
    <Page title={room_('title')} sub={room_('sub')} actions={<Link to="/content/new" className="button primary"><Icon name="plus" />{room_('new')}</Link>}>
      <ContentTabs />
      <div className="stack">
        <div className="cal-bar">
          <button type="button" className="button" onClick={() => setWeek(week - 1)}>{w('earlier')}</button>
          <button type="button" className="button" disabled={week === 0} onClick={() => setWeek(0)}>{w('today')}</button>
          <button type="button" className="button" onClick={() => setWeek(week + 1)}>{w('later')}</button>
          <p className="cal-keys small muted"><span data-kind="value" />{w('value')}<span data-kind="sponsored" />{w('sponsored')}<span data-free />{w('freeKey')}</p>
        </div>
        <Loaded query={all}>
          {({ pages }) => {
            const groups = pages.flatMap((p) => p.groups).filter((g) => !g.gone || g.items.length > 0)
            if (groups.length === 0) return <div className="card"><Empty icon="groups" title={w('none')} text={w('noneText')}><Link to="/groups/new" className="button">{w('register')}</Link></Empty></div>
            return <><Weeks groups={groups} days={days} /><More query={all} /></>
          }}
        </Loaded>
      </div>
    </Page>
  )
}

/** Weeks is a table; wider than a phone, it is pushed sideways within its own frame. */
function Weeks({ groups, days }: { groups: Content[]; days: string[] }) {
  const w = useWords(calendarWords)
  const { lang } = useText()
  const { now, zone } = useWhen()
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
  const head = (d: string) => new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-Hans-CN', { weekday: 'short', day: 'numeric', timeZone: 'UTC' }).formatToParts(Date.parse(d))
  return (
    <div className="card cal-frame" role="region" aria-label={w('tab.calendar')} tabIndex={0}>
      <table className="cal">
        <thead>
          <tr>
            <th scope="col">{w('group')}</th>
            {days.map((d) => (
              <th key={d} scope="col" data-today={d === today || undefined} aria-label={dayWords(Date.parse(d), 'UTC', now, lang)}>
                <small>{head(d).find((p) => p.type === 'weekday')?.value}</small>{Number(d.slice(8))}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{groups.map((g) => <Line key={g.group_id} content={g} days={days} today={today} />)}</tbody>
      </table>
    </div>
  )
}

function Line({ content, days, today }: { content: Content; days: string[]; today: string }) {
  const w = useWords(calendarWords)
  const { lang } = useText()
  const { now } = useWhen()
  const items = content.items.filter((i) => i.kind !== 'chat')
  return (
    <tr data-group={content.group_id}>
      <th scope="row">
        <Link to={`/groups/${content.group_id}`} className="link">{content.group_name}</Link>
        <small className="muted">{w('sums', { n: content.value_posts, m: content.sponsored_posts })}</small>
      </th>
      {days.map((d) => {
        const of = items.filter((i) => i.day === d)
        const free = of.length === 0 && content.free_days.includes(d)
        return (
          <td key={d} data-today={d === today || undefined} data-free={free || undefined}>
            {of.map((item, i) => <Mark key={i} item={item} zone={content.zone} />)}
            {free && <Link to={`/content/new?group=${content.group_id}`} className="cal-free" title={w('write')} aria-label={w('writeFor', { group: content.group_name, day: dayWords(Date.parse(d), 'UTC', now, lang) })}>+</Link>}
          </td>
        )
      })}
    </tr>
  )
}

/** Mark is one post: its time, and by its shape and word what became of it. */
function Mark({ item, zone }: { item: Item; zone: string }) {
  const w = useWords(calendarWords)
  const { lang } = useText()
  const time = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-Hans-CN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(item.at)
  const to = item.placement_id ? `/pacing/posts/${item.placement_id}` : item.piece_id ? `/content/pieces/${item.piece_id}` : ''
  const became = item.state === 'posted' || item.state === 'confirmed' || item.state === 'late' ? 'done' : item.state === 'missed' || item.state === 'unposted' ? 'missed' : 'ahead'
  const said = `${time} ${item.title || w('byHand')} · ${item.kind === 'sponsored' ? w('sponsored') : w('value')} · ${w(`became.${became}`)}`
  const inner = <>{became === 'done' ? '✓' : became === 'missed' ? '✕' : ''}{time}</>
  if (!to) return <span className="cal-mark" data-kind={item.kind} data-became={became} title={said}>{inner}<span className="sr">{said}</span></span>
  return <Link to={to} className="cal-mark" data-kind={item.kind} data-became={became} title={said} aria-label={said}>{inner}</Link>
}
