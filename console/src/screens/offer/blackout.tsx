import { useWords } from '../../text'
import { Icon } from '../../ui/icons'
import type { Part, Span } from './draft'
import { room } from './words'

const week = [1, 2, 3, 4, 5, 6, 0] as const // Monday first; Sunday is 0
const most = 21

/** Blackout are the hours in which vouchers are refused at the till. */
export function Blackout({ d, set, wrong }: Part) {
  const w = useWords(room)
  const put = (i: number, part: Partial<Span>) => set({ blackout: d.blackout.map((b, n) => (n === i ? { ...b, ...part } : b)) })
  const turn = (b: Span, day: number) => (b.days.includes(day) ? b.days.filter((x) => x !== day) : [...b.days, day].sort())
  return (
    <fieldset className="blackout" name="blackout">
      <legend>{w('blackout')}</legend>
      <p className="hint">{w('blackout.hint')}</p>
      {d.blackout.map((b, i) => {
        const n = i + 1
        return (
          <div className="blackout-row" key={i}>
            <div className="segments" role="group" aria-label={w('blackout.days', { n })}>
              {week.map((day) => (
                <button key={day} type="button" className="segment" aria-pressed={b.days.includes(day)} aria-label={w(`dayName.${day}`)} onClick={() => put(i, { days: turn(b, day) })}>{w(`day.${day}`)}</button>
              ))}
            </div>
            <div className="blackout-time">
              <input type="time" className="input" aria-label={w('blackout.from', { n })} value={b.from} onChange={(e) => put(i, { from: e.target.value })} />
              <span aria-hidden="true">–</span>
              <input type="time" className="input" aria-label={w('blackout.to', { n })} value={b.to} onChange={(e) => put(i, { to: e.target.value })} />
              {b.from && b.to && b.to <= b.from && b.to !== '00:00' && <span className="tag">{w('blackout.overnight')}</span>}
              <button type="button" className="icon-button" aria-label={w('blackout.drop', { n })} onClick={() => set({ blackout: d.blackout.filter((_, k) => k !== i) })}><Icon name="trash" size={16} /></button>
            </div>
          </div>
        )
      })}
      {wrong.blackout && <p className="field-error">{wrong.blackout}</p>}
      <button type="button" className="button" disabled={d.blackout.length >= most} onClick={() => set({ blackout: [...d.blackout, { days: [5, 6], from: '18:00', to: '21:00' }] })}>
        <Icon name="plus" size={15} />{w('blackout.add')}
      </button>
    </fieldset>
  )
}
