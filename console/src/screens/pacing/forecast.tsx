import { useQuery } from '@tanstack/react-query'
import { call, client } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { day } from '../../text/time'
import { Failed } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import './forecast.css'
import { forecastWords } from './forecastwords'
import { usePlainWhy } from './reasons'

type Forecast = components['schemas']['Forecast']

/** What is asked: an offer there is, or a draft. */
export type Draft = { offer_id: string } | { category?: string; starts_at: number; ends_at: number }

/** ForecastCard says what an offer would get in the coming week: which part of it depends on who asks. */
export default function ForecastCard({ draft, organiser }: { draft: Draft; organiser: boolean }) {
  const w = useWords(forecastWords)
  const forecast = useQuery({
    queryKey: ['forecast', draft],
    staleTime: 60_000,
    queryFn: (): Promise<Forecast> => call(client.POST('/api/console/v1/offers/forecast', { body: draft })),
  })
  return (
    <section className="forecast" aria-labelledby="forecast">
      <h2 id="forecast">{w('title')}<small>{w(organiser ? 'period' : 'period.brand')}</small></h2>
      {forecast.data ? <Expected f={forecast.data} />
        : forecast.isError ? <Failed error={forecast.error} retry={() => void forecast.refetch()} />
        : <p className="muted" role="status">{w('busy')}</p>}
    </section>
  )
}

function Expected({ f }: { f: Forecast }) {
  const w = useWords(forecastWords)
  const { lang } = useText()
  const number = (x: number) => x.toLocaleString(lang === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: x < 10 ? 1 : 0 })
  return (
    <>
      {f.posts === 0 && <p className="forecast-none">{w('none')}</p>}
      {f.too_few && f.posts > 0 && <p className="muted small">{w('few')}</p>}
      <dl className="forecast-figures" data-posts={f.posts}>
        <Figure name={w('posts')} value={w('posts.of', { n: f.posts, all: f.groups })} />
        {!f.too_few && <Figure name={w('people')} value={count(f.people, lang)} more={w('people.of', { n: count(f.exposures, lang) })} />}
        {!f.too_few && <Figure name={w('claims')} value={number(f.claims)} />}
        {f.leaves !== undefined && <Figure name={w('leaves')} value={number(f.leaves)} more={w('leaves.of')} />}
      </dl>
      {f.posts > 0 && <Days f={f} />}
      <Missed f={f} />
      {f.short && f.short.length > 0 && (
        <div>
          <h3>{w('short')}</h3>
          <ul className="forecast-list">
            {f.short.map((s) => <li key={s.brand_id}>{w('short.row', { brand: s.brand_name, before: count(s.before, lang), after: count(s.after, lang), fair: count(s.fair, lang) })}</li>)}
          </ul>
        </div>
      )}
      <p className="hint">{w('note')}</p>
    </>
  )
}

function Figure({ name, value, more }: { name: string; value: string; more?: string }) {
  return <div><dt>{name}</dt><dd className="forecast-value">{value}</dd>{more && <dd className="muted small">{more}</dd>}</div>
}

/** weekday is the part of a day's words that says which day of the week it is: seven days have one of each. */
const weekday = (words: string) => words.split(' ').find((part) => !/\d/.test(part)) ?? words

function Days({ f }: { f: Forecast }) {
  const w = useWords(forecastWords)
  const { lang } = useText()
  const { now, zone } = useWhen()
  const most = Math.max(1, ...f.days.map((d) => d.posts))
  return (
    <div>
      <h3>{w('days')}</h3>
      <ol className="forecast-days">
        {f.days.map((d) => (
          <li key={d.s}>
            <span>{d.posts || ''}</span>
            <i aria-hidden="true"><b style={{ height: `${(d.posts / most) * 100}%` }} /></i>
            <small title={day(d.s, zone, now, lang)}>{weekday(day(d.s, zone, now, lang))}</small>
          </li>
        ))}
      </ol>
    </div>
  )
}

function Missed({ f }: { f: Forecast }) {
  const w = useWords(forecastWords)
  const { say } = useWhen()
  const why = usePlainWhy()
  if (f.missed.length === 0) return null
  return (
    <div>
      <h3>{w('missed')}</h3>
      <ul className="forecast-list">
        {f.missed.map((m) => <li key={m.reason}><span>{why(m.reason)}</span><span className="muted">{w('missed.n', { n: m.groups })}</span></li>)}
      </ul>
      {f.missed_groups && f.missed_groups.length > 0 && (
        <details className="given">
          <summary>{w('missed.named')}<small>{f.missed_groups.length}</small></summary>
          <ul className="forecast-list">
            {f.missed_groups.map((g) => (
              <li key={g.group_id}><span>{g.name}<small className="muted"> {why(g.reason)}</small></span>{g.next_at > 0 && <span className="muted small">{w('missed.next', { when: say(g.next_at) })}</span>}</li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
