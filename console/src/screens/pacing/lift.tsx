import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { day } from '../../text/time'
import type { Lang } from '../../types'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { useLift } from './api'
import { liftWords } from './liftwords'
import type { Lift } from './types'

/** LiftTab says what sponsored posts cost and brought, from the groups that got none. */
export function LiftTab() {
  const [season, setSeason] = useState<number>()
  const lift = useLift(season)
  return <Loaded query={lift}>{(data) => <Report lift={data} onSeason={setSeason} />}</Loaded>
}

function Report({ lift, onSeason }: { lift: Lift; onSeason: (n: number) => void }) {
  const w = useWords(liftWords)
  const { lang } = useText()
  const { now, zone } = useWhen()
  if (!lift.running) {
    return (
      <div className="card">
        <Empty icon="leaf" title={w('off')} text={w('off.text')}><Link to="/pacing" className="button primary">{w('off.go')}</Link></Empty>
      </div>
    )
  }
  const date = (ms: number) => day(ms, zone, now, lang)
  return (
    <div className="stack">
      <section className="card lift-season" aria-labelledby="season" data-enough={lift.enough}>
        <div className="card-head">
          <h2 id="season">{w('season', { from: date(lift.from), to: date(lift.ends_at) })}<small>{w(lift.over ? 'season.over' : 'season.now')}</small></h2>
          <div className="actions">
            <button type="button" className="icon-button" aria-label={w('earlier')} onClick={() => onSeason(lift.season - 1)}><Icon name="left" /></button>
            <button type="button" className="icon-button" aria-label={w('later')} disabled={!lift.over} onClick={() => onSeason(lift.season + 1)}><Icon name="right" /></button>
          </div>
        </div>
        <p className="hint">{w('lead')}</p>
        {lift.missing && <Missing missing={lift.missing} />}
        <Arms lift={lift} />
      </section>
      {lift.measures.map((m) => <Measure key={m.name} measure={m} enough={lift.enough} />)}
    </div>
  )
}

/** Missing says that there is not enough data yet, how far it is, and what would help. */
function Missing({ missing }: { missing: NonNullable<Lift['missing']> }) {
  const w = useWords(liftWords)
  const { lang } = useText()
  const need = missing.need_member_days
  const share = need ? Math.min(1, missing.member_days / need) : 0
  return (
    <div className="lift-missing">
      <p className="pacing-verdict">{w('few')}</p>
      {need !== undefined && (
        <>
          <p className="meter" aria-hidden="true"><i style={{ width: `${share * 100}%` }} /></p>
          <p className="muted">{w('few.have', { n: count(Math.round(missing.member_days), lang), need: count(Math.round(need), lang) })}</p>
        </>
      )}
      <ul className="stop-what">
        {missing.more_days > 0 && <li>{missing.more_days < 14 ? w('few.days', { n: missing.more_days }) : w('few.weeks', { n: Math.ceil(missing.more_days / 7) })}</li>}
        {missing.more_groups > 0 && <li>{w('few.groups', { n: missing.more_groups })}</li>}
      </ul>
      <p className="muted small">{w('few.so')}</p>
    </div>
  )
}

function Arms({ lift }: { lift: Lift }) {
  const w = useWords(liftWords)
  const { lang } = useText()
  const arms = lift.measures[0]?.arms ?? []
  return (
    <dl className="lift-arms">
      {arms.map((a) => (
        <div key={a.arm}>
          <dt>{w(`arm.${a.arm}`)}</dt>
          <dd><strong>{w('groups', { n: a.groups })}</strong></dd>
          <dd className="muted small">{w('arm.facts', { days: count(Math.round(a.member_days), lang), posts: count(a.posts, lang) })}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A month of a thousand members is a number people can picture; the API counts a thousand member-days. */
const month = 30
const rate = (x: number, lang: Lang) => (x * month).toLocaleString(lang === 'en' ? 'en' : 'zh-CN', { maximumFractionDigits: Math.abs(x * month) < 10 ? 1 : 0 })

function Measure({ measure, enough }: { measure: Lift['measures'][number]; enough: boolean }) {
  const w = useWords(liftWords)
  const { lang } = useText()
  const most = Math.max(0.0001, ...measure.arms.map((a) => a.per_1k))
  const whole = measure.differences.find((d) => d.arm === 'full' && d.than === 'none') ?? measure.differences[0]
  const others = measure.differences.filter((d) => d !== whole)
  return (
    <section className="card lift-measure" aria-labelledby={measure.name}>
      <h2 id={measure.name}>{w(measure.name)}<small>{w('per')}</small></h2>
      {whole && <p className={enough ? 'pacing-verdict' : 'muted'}><Said difference={whole} name={measure.name} /></p>}
      <ul className="lift-bars">
        {measure.arms.map((a) => (
          <li key={a.arm}>
            <span>{w(`arm.${a.arm}`)}</span>
            <i aria-hidden="true"><b data-arm={a.arm} style={{ width: `${(a.per_1k / most) * 100}%` }} /></i>
            <span>{a.groups > 0 ? rate(a.per_1k, lang) : '—'}</span>
          </li>
        ))}
      </ul>
      {others.length > 0 && <ul className="lift-others muted small">{others.map((d) => <li key={d.arm + d.than}><Said difference={d} name={measure.name} /></li>)}</ul>}
    </section>
  )
}

type Difference = Lift['measures'][number]['differences'][number]

function Said({ difference, name }: { difference: Difference; name: Lift['measures'][number]['name'] }) {
  return useSay(difference, name)
}

/** useSay says a difference with its interval, and whether it can be told from none. */
function useSay(d: Difference, name: Lift['measures'][number]['name']): string {
  const w = useWords(liftWords)
  const { lang } = useText()
  const fill = { arm: w(`arm.${d.arm}`), than: w(`arm.${d.than}`), what: w(`${name}.unit`) }
  if (d.low === undefined || d.high === undefined) return w('say.none', fill)
  const [low, high] = [rate(d.low, lang), rate(d.high, lang)]
  if (d.low <= 0 && d.high >= 0) return w('say.open', { ...fill, low: rate(-d.low, lang), high })
  const [a, b] = d.per_1k > 0 ? [low, high] : [rate(-d.high, lang), rate(-d.low, lang)]
  return w(d.per_1k > 0 ? 'say.more' : 'say.less', { ...fill, n: rate(Math.abs(d.per_1k), lang), low: a, high: b })
}
