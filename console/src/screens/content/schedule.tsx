import { useWords } from '../../text'
import { CheckField, SelectField, TextField } from '../../ui/form'
import { useViewer, useWhen } from '../../ui/viewer'
import type { Part } from './composer'
import { dateOf, type Draft } from './draft'
import { useWeekdays } from './say'
import { room } from './words'

/** ScheduleFields say when a piece is posted, and for how long after that it still may be. */
export function ScheduleFields({ d, set, says }: Part) {
  const w = useWords(room)
  const { zoneName } = useWhen()
  const { community } = useViewer()
  return (
    <>
      <SelectField name="repeat" label={w('form.when')} hint={d.repeat === 'none' ? w('form.noneHint') : ''} value={d.repeat} onValue={(repeat) => set({ repeat: repeat as Draft['repeat'] })}
        options={(['once', 'daily', 'weekly', 'monthly', 'none'] as const).map((r) => ({ value: r, label: w(`repeat.${r}`) }))} />
      {d.repeat !== 'none' && (
        <div className="sub-fields">
          <div className="field-pair">
            <TextField name="start" type="date" label={w(d.repeat === 'once' ? 'form.date' : 'form.first')} wrong={says('start')} value={d.start} onValue={(start) => set({ start })} />
            <TextField name="time" type="time" label={w('form.time')} wrong={says('time')} value={d.time} onValue={(time) => set({ time })} />
          </div>
          {d.repeat === 'weekly' && <Days d={d} set={set} />}
          {d.repeat === 'monthly' && <MonthDay d={d} set={set} />}
          {d.repeat !== 'once' && (
            <div className="field-pair">
              <TextField name="every" label={w(`every.${d.repeat}`)} wrong={says('every')} inputMode="numeric" value={d.every} onValue={(every) => set({ every })} />
              <TextField name="until" type="date" label={w('form.until')} hint={w('form.untilHint')} wrong={says('until')} value={d.until} onValue={(until) => set({ until })} />
            </div>
          )}
          <details className="given" open={d.zone !== '' || d.exact || d.hours !== '4'}>
            <summary>{w('form.more')}</summary>
            <div className="sub-fields">
              <div className="field-pair">
                <SelectField name="zone" label={w('form.zone')} value={d.zone} onValue={(zone) => set({ zone })}
                  options={[{ value: '', label: w('zone.own') }, { value: community.zone, label: zoneName() }, ...(d.zone && d.zone !== community.zone ? [{ value: d.zone, label: d.zone }] : [])]} />
                <SelectField name="hours" label={w('form.window')} value={d.hours} onValue={(hours) => set({ hours })}
                  options={[...new Set(['1', '2', '4', '8', '12', '24', d.hours])].map((n) => ({ value: n, label: w('hours', { n }) }))} />
              </div>
              <CheckField name="exact" label={w('form.exact')} hint={w('form.exactHint')} checked={d.exact} onChecked={(exact) => set({ exact })} />
            </div>
          </details>
        </div>
      )}
    </>
  )
}

function Days({ d, set }: Pick<Part, 'd' | 'set'>) {
  const w = useWords(room)
  const names = useWeekdays()
  const chosen = d.days.length > 0 ? d.days : [dateOf(d.start).weekday]
  return (
    <div className="field" data-field="days">
      <p className="strong small" id="days-label">{w('form.days')}</p>
      <div className="segments piece-days" role="group" aria-labelledby="days-label">
        {names.map((name, i) => {
          const n = i + 1
          const on = chosen.includes(n)
          return <button key={n} type="button" className="segment" aria-pressed={on} onClick={() => set({ days: on ? chosen.filter((x) => x !== n) : [...chosen, n] })}>{name}</button>
        })}
      </div>
    </div>
  )
}

function MonthDay({ d, set }: Pick<Part, 'd' | 'set'>) {
  const w = useWords(room)
  const names = useWeekdays('long')
  const at = dateOf(d.start)
  const name = names[at.weekday - 1] ?? ''
  const ordinal = ['', '1st', '2nd', '3rd', '4th'][at.nth] ?? ''
  return (
    <SelectField name="monthly" label={w('form.monthly')} value={d.monthly} onValue={(monthly) => set({ monthly: monthly as Draft['monthly'] })}
      options={[
        { value: 'day', label: w('monthly.day', { d: at.day }) },
        { value: 'weekday', label: w(at.nth === -1 ? 'monthly.lastWeekday' : 'monthly.weekday', { nth: at.nth, ordinal, day: name }) },
        { value: 'last', label: w('monthly.last') },
      ]} />
  )
}
