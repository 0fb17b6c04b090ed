import { useState } from 'react'
import { useGroups, useOffers } from '../../api'
import { useText, useWords } from '../../text'
import { day, fromInput, toInput, when } from '../../text/time'
import type { Group } from '../../types'
import { SelectField } from '../../ui/form'
import { Loaded } from '../../ui/list'
import { Empty, Failed, Waiting } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useCalendar } from './api'
import { calendarWords } from './calendarwords'
import { Pick, usePick } from './pick'
import { usePlainWhy } from './reasons'
import type { Stretch } from './types'
import { pacingWords } from './words'

const dayLong = 86_400_000

/** CalendarTab shows when a group may get its next sponsored posts, a week at a time, and why not at other times. */
export function CalendarTab() {
  const w = useWords(calendarWords)
  const p = useWords(pacingWords)
  const groups = useGroups()
  const offers = useOffers().data?.filter((o) => o.state === 'approved' || o.state === 'submitted') ?? []
  const [picked, choose] = usePick()
  const [offer, setOffer] = useState('')
  const group = groups.data?.find((g) => g.id === picked) ?? groups.data?.[0]
  if (!groups.data) return groups.isError ? <Failed error={groups.error} retry={() => void groups.refetch()} /> : <Waiting />
  if (!group) return <div className="card"><Empty icon="clock" title={w('empty')} text={w('emptyText')} /></div>
  return (
    <>
      <div className="calendar-picks">
        <Pick label={p('group')} value={group.id} onValue={choose} />
        <div className="pick">
          <SelectField name="offer" label={w('offer')} value={offer} onValue={setOffer}
            options={[{ value: '', label: w('anyOffer') }, ...offers.map((o) => ({ value: o.id, label: `${o.title} · ${o.brand_name}` }))]} />
        </div>
      </div>
      <p className="hint pacing-lead">{w('lead')}</p>
      <Weeks key={`${group.id} ${offer}`} group={group} offer={offer} />
    </>
  )
}

function Weeks({ group, offer }: { group: Group; offer: string }) {
  const calendar = useCalendar(group.id, offer)
  return <Loaded query={calendar}>{(data) => <Week calendar={data} group={group} />}</Loaded>
}

interface Row { from: number; to: number }

/** rowsOf are the local days of a week: on the days the clocks change they are not 24 hours long. */
function rowsOf(start: number, zone: string): Row[] {
  const midnight = (ms: number) => fromInput(`${toInput(ms, zone).slice(0, 10)}T00:00`, zone)
  const rows: Row[] = []
  let from = midnight(start)
  for (let i = 0; i < 7; i++) {
    const to = midnight(from + 1.5 * dayLong)
    rows.push({ from, to })
    from = to
  }
  return rows
}

interface Ahead { from: number; to: number; first: number; stretches: Stretch[] }

function Week({ calendar, group }: { calendar: Ahead; group: Group }) {
  const w = useWords(calendarWords)
  const { lang } = useText()
  const { now, zoneName } = useWhen()
  const why = usePlainWhy()
  const [page, setPage] = useState(0)
  const [told, setTold] = useState('')
  const zone = group.zone
  const rows = rowsOf(calendar.from + page * 7 * dayLong, zone)
  const pages = Math.max(1, Math.ceil((calendar.to - calendar.from) / (7 * dayLong)))
  const say = (ms: number) => when(ms, zone, now, lang)
  const words = (s: Stretch) => (s.free ? w('free') : s.reasons.map(why).join(lang === 'en' ? '; ' : '；'))
  const tell = (s: Stretch) => w('stretch', { from: say(s.s), to: s.e >= calendar.to ? w('open') : say(s.e), what: words(s) })
  return (
    <section className="card calendar" aria-labelledby="calendar">
      <div className="card-head">
        <h2 id="calendar">{w('title')}<small>{zoneName(zone)}</small></h2>
        {pages > 1 && (
          <div className="segments">
            {Array.from({ length: pages }, (_, i) => (
              <button key={i} type="button" className="segment" aria-pressed={page === i} onClick={() => { setPage(i); setTold('') }}>{w('week', { n: i + 1 })}</button>
            ))}
          </div>
        )}
      </div>
      <p className="pacing-verdict">{calendar.first ? w('first', { when: calendar.first <= now ? w('now') : say(calendar.first) }) : w('none')}</p>
      <div className="calendar-hours" aria-hidden="true">{[0, 6, 12, 18, 24].map((h) => <span key={h}>{String(h).padStart(2, '0')}:00</span>)}</div>
      <ol className="calendar-days">
        {rows.map((row) => (
          <li key={row.from}>
            <span className="calendar-day">{day(row.from, zone, now, lang)}</span>
            <DayBar row={row} stretches={calendar.stretches} words={words} tell={tell} onTell={setTold} edge={calendar.from} />
            <Posts row={row} group={group} />
          </li>
        ))}
      </ol>
      <p className="calendar-told" role="status">{told || <span className="muted">{w('hint')}</span>}</p>
      <ul className="calendar-legend">
        <li data-of="free">{w('free')}</li><li data-of="closed">{w('closed')}</li><li data-of="post">{w('post')}</li>
      </ul>
    </section>
  )
}

interface BarProps {
  row: Row
  stretches: Stretch[]
  words: (s: Stretch) => string
  tell: (s: Stretch) => string
  onTell: (text: string) => void
  edge: number
}

/** DayBar is one day, midnight to midnight; each stretch can be asked why. */
function DayBar({ row, stretches, words, tell, onTell, edge }: BarProps) {
  const long = row.to - row.from
  const place = (ms: number) => ((Math.min(row.to, Math.max(row.from, ms)) - row.from) / long) * 100
  const here = stretches.filter((s) => s.s < row.to && s.e > row.from)
  return (
    <div className="calendar-bar">
      {edge > row.from && <span className="calendar-past" style={{ width: `${place(edge)}%` }} />}
      {here.map((s) => (
        <button key={s.s} type="button" className="calendar-stretch" data-free={s.free || undefined} data-reason={s.deciding || undefined} title={tell(s)} aria-label={tell(s)}
          style={{ left: `${place(s.s)}%`, width: `${place(s.e) - place(s.s)}%` }}
          onClick={() => onTell(tell(s))} onPointerEnter={() => onTell(tell(s))} onFocus={() => onTell(tell(s))}>
          <span aria-hidden="true">{words(s)}</span>
        </button>
      ))}
    </div>
  )
}

/** Posts are what is on its way on a day, and what went out. */
function Posts({ row, group }: { row: Row; group: Group }) {
  const w = useWords(calendarWords)
  const { lang } = useText()
  const { now } = useWhen()
  const all = group.live.filter((p) => { const t = p.sent_at || p.s; return t >= row.from && t < row.to })
  if (all.length === 0) return null
  return (
    <ul className="calendar-posts">
      {all.map((p) => <li key={p.id}>{w(p.sent_at ? 'sent' : 'planned', { what: p.offer_title, when: when(p.sent_at || p.s, group.zone, now, lang) })}</li>)}
    </ul>
  )
}
