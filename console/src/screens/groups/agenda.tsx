import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { at, call, client, refresh } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { day as dayWords } from '../../text/time'
import { Loaded } from '../../ui/list'
import { useOwner, useWhen } from '../../ui/viewer'
import { agendaWords } from './agendawords'

type Content = components['schemas']['Content']
type Item = components['schemas']['ContentItem']

const tone: Record<Item['state'], string> = {
  planned: '', handed: 'warn', posted: 'good', unposted: 'bad', missed: 'bad', reserved: '', tasked: 'warn', confirmed: 'good', late: 'bad', held: 'warn',
}

/** GroupAgenda is what was posted in a group lately and what is to come, sponsored or not, day by day. */
export function GroupAgenda({ id }: { id: string }) {
  const w = useWords(agendaWords)
  const content = useQuery({ queryKey: ['content', id], queryFn: () => call(client.GET('/api/console/v1/groups/{id}/content', at(id))), refetchInterval: refresh })
  return (
    <section className="card" aria-labelledby="agenda">
      <h2 id="agenda">{w('title')}</h2>
      <Loaded query={content}>{(c) => <Agenda content={c} />}</Loaded>
    </section>
  )
}

/** Agenda lists the days of a content calendar that have something, and names days that would take something of value. */
export function Agenda({ content }: { content: Content }) {
  const w = useWords(agendaWords)
  const owner = useOwner()
  const { lang } = useText()
  const { now } = useWhen()
  const days = [...new Set(content.items.map((i) => i.day))].sort()
  const say = (d: string) => dayWords(Date.parse(`${d}T00:00:00Z`), 'UTC', now, lang)
  return (
    <>
      <p className="muted small">
        {w('sums', { n: content.value_posts, m: content.sponsored_posts })}
        {content.value_per_sponsored !== null && ` · ${w('ratio', { n: Math.round(content.value_per_sponsored * 10) / 10 })}`}
      </p>
      {days.length === 0 && <p className="muted">{w('none')}</p>}
      <ol className="agenda">
        {days.map((d) => (
          <li key={d}>
            <p className="agenda-day">{say(d)}</p>
            <ul>{content.items.filter((i) => i.day === d).map((item, i) => <AgendaItem key={i} item={item} zone={content.zone} />)}</ul>
          </li>
        ))}
      </ol>
      {content.free_days.length > 0 && (
        <p className="small agenda-free">{w('free', { days: content.free_days.slice(0, 5).map(say).join(lang === 'en' ? ', ' : '、') })}
          {owner && <Link to={`/content/new?group=${content.group_id}`} className="link">{w('write')}</Link>}
        </p>
      )}
      <p className="small"><a className="link" href={`/api/console/v1/groups/${content.group_id}/content.ics`} download aria-label={`${w('ics')}: ${content.group_name}`}>{w('ics')}</a></p>
    </>
  )
}

function AgendaItem({ item, zone }: { item: Item; zone: string }) {
  const w = useWords(agendaWords)
  const { lang } = useText()
  const title = item.kind === 'chat' ? w('chat', { n: item.posts }) : item.title || w('byHand')
  const time = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-Hans-CN', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(item.at)
  const to = item.placement_id ? `/pacing/posts/${item.placement_id}` : item.piece_id ? `/content/pieces/${item.piece_id}` : ''
  const owner = useOwner()
  return (
    <li data-kind={item.kind}>
      <span className="agenda-time">{item.kind === 'chat' ? '' : time}</span>
      <span>{to && (owner || item.placement_id) ? <Link to={to} className="link">{title}</Link> : title}<small className="muted"> {[item.kind === 'sponsored' ? w('sponsored') : '', item.brand_name].filter(Boolean).join(' · ')}</small></span>
      {item.kind !== 'chat' && item.kind !== 'organic' && <span className={`tag ${tone[item.state]}`}>{w(`state.${item.state}`)}</span>}
    </li>
  )
}
