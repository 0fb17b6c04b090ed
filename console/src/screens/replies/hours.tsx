import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { clock } from '../../text/time'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type OpenSpan, useBook, useHours, useSetHours } from './api'
import { hours as texts } from './hourwords'

/** HoursTab sets when somebody is there to answer; outside of it the rules for that case speak. */
export function HoursTab() {
  const hours = useHours()
  return <Loaded query={hours}>{(data) => <Week key={JSON.stringify(data.hours)} zone={data.zone} stored={data.hours} />}</Loaded>
}

const week = [1, 2, 3, 4, 5, 6, 0] as const // Monday first; Sunday is 0
const midnight = 24 * 60
const minutes = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

function Week({ zone, stored }: { zone: string; stored: OpenSpan[] }) {
  const w = useWords(texts)
  const { t } = useText()
  const tell = useTell()
  const { zoneName } = useWhen()
  const save = useSetHours()
  const [spans, setSpans] = useState(stored)
  const change = (next: OpenSpan[]) => { setSpans(next); save.reset() }
  const put = (span: OpenSpan, part: Partial<OpenSpan>) => change(spans.map((s) => (s === span ? { ...s, ...part } : s)))
  const on = (day: number) => spans.filter((s) => s.day === day)
  const copy = (day: number) => change(week.flatMap((d) => on(day).map((s) => ({ ...s, day: d }))))
  const go = async () => {
    if (await save.do(spans)) tell(w('saved'))
  }
  const dirty = JSON.stringify(spans) !== JSON.stringify(stored)
  return (
    <section className="card form hours" aria-labelledby="hours">
      <div>
        <h2 id="hours">{w('title')}<small>{zoneName(zone)}</small></h2>
        <p className="hint">{w('hint')}</p>
      </div>
      <Outside />
      {spans.length === 0 && (
        <div className="notice warn"><Icon name="clock" /><p>{w('always')}</p></div>
      )}
      <ul className="week">
        {week.map((day) => (
          <li key={day} className="day">
            <span className="strong">{w(`day.${day}`)}</span>
            <div className="spans">
              {on(day).length === 0 && <span className="muted">{w(spans.length === 0 ? 'allDay' : 'closed')}</span>}
              {on(day).map((span, i) => (
                <div className="span" key={i}>
                  <input type="time" className="input" required aria-label={w('from', { day: w(`day.${day}`) })} value={clock(span.from)}
                    onChange={(e) => e.target.value && put(span, { from: minutes(e.target.value) })} />
                  <span aria-hidden="true">–</span>
                  <input type="time" className="input" required aria-label={w('to', { day: w(`day.${day}`) })} value={clock(span.to)}
                    onChange={(e) => e.target.value && put(span, { to: minutes(e.target.value) || midnight })} />
                  {span.to <= span.from && <span className="tag">{w('overnight')}</span>}
                  <button type="button" className="icon-button" aria-label={w('drop', { day: w(`day.${day}`), n: i + 1 })}
                    onClick={() => change(spans.filter((s) => s !== span))}><Icon name="trash" size={16} /></button>
                </div>
              ))}
            </div>
            <div className="day-tools">
              <button type="button" className="button quiet" disabled={spans.length >= 21} aria-label={w('addOn', { day: w(`day.${day}`) })}
                onClick={() => change([...spans, { day, from: 9 * 60, to: 18 * 60 }])}><Icon name="plus" size={15} />{w('add')}</button>
              {on(day).length > 0 && day === week.find((d) => on(d).length > 0) && spans.length > 0 && (
                <button type="button" className="button quiet" onClick={() => copy(day)}>{w('copy')}</button>
              )}
            </div>
          </li>
        ))}
      </ul>
      {save.error && <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p>}
      <div className="actions">
        <button type="button" className="button primary" disabled={!dirty || save.isPending} onClick={() => void go()}>{save.isPending ? t('dialog.busy') : w('save')}</button>
        {dirty && <button type="button" className="button" onClick={() => change(stored)}>{w('undo')}</button>}
        {!dirty && spans.length > 0 && <button type="button" className="button quiet" onClick={() => change([])}>{w('clear')}</button>}
      </div>
    </section>
  )
}

/** Outside tells whether anything is answered outside the hours, since hours alone change nothing. */
function Outside() {
  const w = useWords(texts)
  const book = useBook('').data
  const account = book?.channels[0]
  if (!book || !account) return null
  const rule = book.rules.find((r) => r.kind === 'outside' && r.enabled)
  if (rule) return <p className="small">{w('ruled')} <Link to={`/replies/rule/${rule.id}?account=${account.id}`} className="rule-name">{rule.name}</Link></p>
  return (
    <p className="small">{w('unruled')} <Link to={`/replies/new?account=${account.id}&kind=outside`} className="rule-name">{w('write')}</Link></p>
  )
}
