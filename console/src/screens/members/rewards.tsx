import { type FormEvent, useState } from 'react'
import { useText, useWords } from '../../text'
import { whole } from '../../text/number'
import { fromInput, toInput } from '../../text/time'
import { TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Action, type Rewards, useRewards, useSaveRewards } from './api'
import { room } from './words'

/** RewardsTab is what members get for coming back, and when they are reminded. */
export function RewardsTab() {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { say } = useWhen()
  const query = useRewards()
  const save = useSaveRewards()
  return (
    <Loaded query={query}>
      {(now) => (
        <div className="stack">
          <p className="muted small">{now.rev === 0 ? w('pt.defaults') : w('pt.since', { when: say(now.at) })}</p>
          {save.error && <p className="notice bad" role="alert"><Icon name="alert" />{told(save.error, t)}</p>}
          <Form key={now.rev} rewards={now.rewards} busy={save.isPending} onSave={(rewards) => void save.do({ base: now.rev, rewards }).then((ok) => { if (ok) tell(w('saved')) })} />
        </div>
      )}
    </Loaded>
  )
}

const actions: Action[] = ['visit', 'redeem', 'review', 'answer']
const streaks = ['freeze_every', 'freeze_most', 'make_up_days', 'make_up_month', 'zone_hold_days'] as const
const reminds = ['expiring_days', 'offers_per_week', 'silent_days'] as const
type Count = (typeof streaks)[number] | (typeof reminds)[number]

interface Typed {
  points: { action: Action; points: string; cap: string; from: string; until: string }[]
  levels: { name: string; from: string }[]
  counts: Record<Count, string>
}

function typedOf(r: Rewards, zone: string): Typed {
  const moment = (ms: number) => (ms > 0 ? toInput(ms, zone) : '')
  return {
    points: r.points.map((p) => ({ action: p.action, points: String(p.points), cap: p.daily_cap > 0 ? String(p.daily_cap) : '', from: moment(p.from), until: moment(p.until) })),
    levels: r.levels.map((l) => ({ name: l.name, from: String(l.from) })),
    counts: { ...Object.fromEntries(streaks.map((n) => [n, String(r.streak[n])])), ...Object.fromEntries(reminds.map((n) => [n, String(r.remind[n])])) } as Record<Count, string>,
  }
}

const most = 1_000_000

function read(d: Typed, zone: string): Rewards {
  const n = (name: Count) => whole(d.counts[name], 0, 3_650)
  return {
    points: d.points.map((p) => ({ action: p.action, points: whole(p.points, 0, most), daily_cap: p.cap.trim() ? whole(p.cap, 0, most) : 0, from: p.from ? fromInput(p.from, zone) : 0, until: p.until ? fromInput(p.until, zone) : 0 })),
    levels: d.levels.map((l) => ({ name: l.name.trim(), from: whole(l.from, 0, 100_000_000) })),
    streak: { freeze_every: n('freeze_every'), freeze_most: n('freeze_most'), make_up_days: n('make_up_days'), make_up_month: n('make_up_month'), zone_hold_days: n('zone_hold_days') },
    remind: { expiring_days: n('expiring_days'), offers_per_week: n('offers_per_week'), silent_days: n('silent_days') },
  }
}

function Form({ rewards, busy, onSave }: { rewards: Rewards; busy: boolean; onSave: (rewards: Rewards) => void }) {
  const w = useWords(room)
  const { t } = useText()
  const { zone, zoneName } = useWhen()
  const [d, set] = useState(() => typedOf(rewards, zone))
  const next = read(d, zone)
  const bad = next.points.some((p) => Number.isNaN(p.points + p.daily_cap + p.from + p.until)) || next.levels.some((l) => !l.name || Number.isNaN(l.from)) ||
    [...Object.values(next.streak), ...Object.values(next.remind)].some(Number.isNaN)
  const dirty = JSON.stringify(d) !== JSON.stringify(typedOf(rewards, zone))
  const point = (i: number, part: Partial<Typed['points'][number]>) => set({ ...d, points: d.points.map((p, k) => (k === i ? { ...p, ...part } : p)) })
  const level = (i: number, part: Partial<Typed['levels'][number]>) => set({ ...d, levels: d.levels.map((l, k) => (k === i ? { ...l, ...part } : l)) })
  const number = (name: Count) => (
    <TextField key={name} name={name} label={w(`pt.${name}`)} inputMode="numeric" value={d.counts[name]} onValue={(value) => set({ ...d, counts: { ...d.counts, [name]: value } })}
      wrong={Number.isNaN(whole(d.counts[name], 0, 3_650)) ? w('number', { min: 0, max: '3,650' }) : undefined} />
  )
  const go = (event: FormEvent) => { event.preventDefault(); if (!bad) onSave(next) }
  return (
    <form className="card form" onSubmit={go} noValidate>
      <section className="member-part" aria-labelledby="pt-points">
        <h2 id="pt-points">{w('points')}<small>{w('pt.zone', { zone: zoneName() })}</small></h2>
        <p className="hint">{w('pt.only')}</p>
        {d.points.map((p, i) => (
          <div key={i} className="reward-row">
            <select className="input" aria-label={w('pt.action')} value={p.action} onChange={(e) => point(i, { action: e.target.value as Action })}>{actions.map((a) => <option key={a} value={a}>{w(`action.${a}`)}</option>)}</select>
            <TextField name={`points-${i}`} label={w('pt.points')} inputMode="numeric" value={p.points} onValue={(points) => point(i, { points })} />
            <TextField name={`cap-${i}`} label={w('pt.cap')} inputMode="numeric" value={p.cap} onValue={(cap) => point(i, { cap })} />
            <TextField name={`from-${i}`} type="datetime-local" label={w('pt.from')} value={p.from} onValue={(from) => point(i, { from })} />
            <TextField name={`until-${i}`} type="datetime-local" label={w('pt.until')} value={p.until} onValue={(until) => point(i, { until })} />
            <button type="button" className="icon-button" aria-label={w('pt.drop', { n: i + 1 })} onClick={() => set({ ...d, points: d.points.filter((_, k) => k !== i) })}><Icon name="trash" size={16} /></button>
          </div>
        ))}
        <button type="button" className="button" onClick={() => set({ ...d, points: [...d.points, { action: 'visit', points: '5', cap: '', from: '', until: '' }] })}><Icon name="plus" size={15} />{w('pt.add')}</button>
      </section>
      <section className="member-part" aria-labelledby="pt-levels">
        <h2 id="pt-levels">{w('pt.levels')}</h2>
        <p className="hint">{w('pt.levelsHint')}</p>
        {d.levels.map((l, i) => (
          <div key={i} className="level-row">
            <TextField name={`level-${i}`} label={w('pt.level')} maxLength={24} value={l.name} onValue={(name) => level(i, { name })} />
            <TextField name={`level-from-${i}`} label={w('pt.levelFrom')} inputMode="numeric" value={l.from} onValue={(from) => level(i, { from })} />
            <button type="button" className="icon-button" aria-label={w('pt.dropLevel', { n: i + 1 })} onClick={() => set({ ...d, levels: d.levels.filter((_, k) => k !== i) })}><Icon name="trash" size={16} /></button>
          </div>
        ))}
        <button type="button" className="button" onClick={() => set({ ...d, levels: [...d.levels, { name: '', from: '' }] })}><Icon name="plus" size={15} />{w('pt.addLevel')}</button>
      </section>
      <section className="member-part" aria-labelledby="pt-streak"><h2 id="pt-streak">{w('pt.streak')}</h2><div className="member-grid">{streaks.map(number)}</div></section>
      <section className="member-part" aria-labelledby="pt-remind"><h2 id="pt-remind">{w('pt.remind')}</h2><p className="hint">{w('pt.remindHint')}</p><div className="member-grid">{reminds.map(number)}</div></section>
      <div className="actions">
        <button type="submit" className="button primary" disabled={!dirty || busy || bad}>{busy ? t('dialog.busy') : w('save')}</button>
        {bad && <p className="field-error" role="status">{w('pt.bad')}</p>}
      </div>
    </form>
  )
}
