import { Link } from 'wouter'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import type { Group } from '../../types'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useFatigue } from './api'
import { FatigueChart } from './chart'
import { fatigueWords } from './fatiguewords'
import { Forget } from './forget'
import { useLimit } from './limit'
import { Pick, usePick } from './pick'
import type { Fatigue } from './types'
import { Values } from './values'
import { pacingWords } from './words'

/** FatigueTab shows how tired a group is, and everything that was learnt about it. */
export function FatigueTab() {
  const w = useWords(fatigueWords)
  const p = useWords(pacingWords)
  const groups = useGroups()
  const [picked, choose] = usePick()
  return (
    <Loaded query={groups}>
      {(all) => {
        const group = all.find((g) => g.id === picked) ?? all[0]
        if (!group) return <div className="card"><Empty icon="leaf" title={w('empty')} text={w('emptyText')} /></div>
        return (
          <>
            <Pick label={p('group')} value={group.id} onValue={choose} />
            <p className="hint pacing-lead">{w('lead')}</p>
            <OneGroup key={group.id} group={group} />
          </>
        )
      }}
    </Loaded>
  )
}

function OneGroup({ group }: { group: Group }) {
  const w = useWords(fatigueWords)
  const one = useFatigue(group.id)
  return (
    <Loaded query={one}>
      {(data) => (
        <div className="stack">
          <Now data={data} group={group} />
          <section className="card" aria-labelledby="days">
            <h2 id="days">{w('chart')}</h2>
            <FatigueChart days={data.days} zone={group.zone} />
          </section>
          <div className="fatigue-two">
            <Values values={data.values} />
            <div className="stack">
              <Brands data={data} group={group} />
              <Wishes data={data} group={group} />
              <Forget group={group} />
            </div>
          </div>
        </div>
      )}
    </Loaded>
  )
}

const tones = { green: 'good', amber: 'warn', red: 'bad' } as const

function Now({ data, group }: { data: Fatigue; group: Group }) {
  const w = useWords(fatigueWords)
  const { lang } = useText()
  const { say, now } = useWhen()
  const next = data.next_at === 0 ? w('next.never') : data.next_at <= now ? w('next.now') : w('next.at', { when: say(data.next_at, group.zone) })
  const [low, high] = [Math.round(data.score_low), Math.round(data.score_high)]
  return (
    <section className="card fatigue-now" aria-labelledby="score" data-score={Math.round(data.score)}>
      {data.wave && data.wave.until > now && (
        <p className="notice bad" role="alert"><Icon name="alert" />
          <span>{w('breaker', { n: count(data.wave.quits, lang), usual: data.wave.expected.toFixed(1), when: say(data.wave.until, group.zone) })}</span></p>
      )}
      <div className="facts">
        <div className="fact fact-main">
          <h2 className="fact-label" id="score">{w('score')}</h2>
          <p className="fatigue-big"><strong>{Math.round(data.score)}</strong><span className={`tag ${tones[data.band]}`}>{w(data.band)}</span></p>
          <p className="fatigue-scale" aria-hidden="true" data-band={data.band}><i style={{ width: `${Math.min(100, Math.max(1, data.score))}%` }} /></p>
          <p>{w(`${data.band}.what`)}</p>
          <p className="muted">{low === high ? w('range.same', { low }) : w('range', { low, high })}</p>
        </div>
        <div className="fact">
          <p className="fact-label">{w('next')}</p>
          <p className="fact-value">{data.wishes.off ? w('next.off') : next}</p>
          <p className="muted">{w('next.hint')}</p>
          <p className="fact-label">{w('week')}</p>
          <p>{w('week.of', { n: data.per_week.toLocaleString(lang === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: 1 }) })}</p>
        </div>
      </div>
      {!data.learnt && <p className="notice fatigue-new"><Icon name="info" /><span>{w('noneText', { n: data.groups })}</span></p>}
    </section>
  )
}

/** Brands says how each brand's posts do in the group, and when the next one is worth it. */
function Brands({ data, group }: { data: Fatigue; group: Group }) {
  const w = useWords(fatigueWords)
  const { lang } = useText()
  const { say, now } = useWhen()
  if (data.brands.length === 0) return null
  const times = (x: number) => x.toLocaleString(lang === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: 2 })
  return (
    <section className="card" aria-labelledby="by-brand">
      <h2 id="by-brand">{w('brands')}</h2>
      <ul className="posts">
        {data.brands.map((b) => (
          <li key={b.brand_id}>
            <p className="post-title">{b.name}</p>
            <p className="muted">{w('brand.match', { n: times(b.match.value), low: times(b.match.low), high: times(b.match.high) })}{b.novelty < 0.9 && ` · ${w('brand.worn')}`}</p>
            <p className="muted">{w('next')}{lang === 'en' ? ': ' : '：'}{b.next_at === 0 ? w('next.never') : b.next_at <= now ? w('next.now') : w('next.at', { when: say(b.next_at, group.zone) })}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Wishes are the organiser's own words over what was learnt. */
function Wishes({ data, group }: { data: Fatigue; group: Group }) {
  const w = useWords(fatigueWords)
  const say = useLimit()
  const { off, per_week, max_score, worth } = data.wishes
  const set = [
    off && say({ field: 'fatigue.off', unit: 'flag', value: true }), per_week && say({ field: 'fatigue.per_week', unit: 'number', value: per_week }),
    max_score && say({ field: 'fatigue.max_score', unit: 'count', value: max_score }), worth && say({ field: 'fatigue.worth', unit: 'number', value: worth }),
  ].filter((x): x is string => typeof x === 'string')
  return (
    <section className="card fatigue-over" aria-labelledby="over">
      <h2 id="over">{w('over')}</h2>
      {set.length > 0 && <ul className="rules" aria-label={w('over.now')}>{set.map((s) => <li key={s}>{s}</li>)}</ul>}
      <p className="muted">{w('over.text')}</p>
      <div className="actions"><Link to={`/pacing?group=${group.id}`} className="button">{w('over.go')}</Link></div>
    </section>
  )
}
