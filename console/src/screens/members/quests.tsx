import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count, whole } from '../../text/number'
import { fromInput } from '../../text/time'
import { Ask } from '../../ui/ask'
import { AreaField, SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { More } from '../../ui/list'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Action, type Quest, type QuestDraft, useAddQuest, useEndQuest, usePresets, useQuests } from './api'
import { room } from './words'

/** Quests are the small things members can do for points. */
export function Quests() {
  const w = useWords(room)
  const query = useQuests()
  const all = query.data?.pages.flat()
  if (!all) return query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : <Waiting />
  if (all.length === 0) return <div className="card"><Empty icon="gift" title={w('q.empty')} text={w('q.emptyText')} /></div>
  return <section className="card" aria-label={w('quests')}><ul className="member-list">{all.map((q) => <Row key={q.id} quest={q} />)}</ul><More query={query} /></section>
}

function Row({ quest: q }: { quest: Quest }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const { now, say } = useWhen()
  const tell = useTell()
  const end = useEndQuest()
  const [asking, setAsking] = useState(false)
  const over = q.ended_at > 0 || (q.ends_at > 0 && q.ends_at <= now)
  const go = async () => {
    if (!(await end.do(q.id))) return
    tell(w('q.isEnded'))
    setAsking(false)
  }
  return (
    <li data-quest={q.id}>
      <p><span className="strong">{q.title}</span><span className={over ? 'tag' : 'tag good'}>{w(over ? 'q.over' : 'q.on')}</span></p>
      {q.body && <p>{q.body}</p>}
      <p className="muted small">{[w(`action.${q.action}`), w(`period.${q.period}`), q.goal > 1 && w('q.times', { n: q.goal }), w('q.points', { n: count(q.points, lang) }), q.ends_at > 0 && w('q.until', { when: say(q.ends_at) }), w('q.finished', { n: count(q.finished, lang) })].filter(Boolean).join(' · ')}</p>
      {q.choices.length > 0 && <ul className="member-reasons">{q.choices.map((c, i) => <li key={c}><span>{c}</span><span className="strong">{count(q.answered[i] ?? 0, lang)}</span></li>)}</ul>}
      {!over && <div className="actions"><button type="button" className="button" aria-label={`${w('q.end')}: ${q.title}`} onClick={() => setAsking(true)}>{w('q.end')}</button></div>}
      <Ask open={asking} careful title={w('q.endAsk', { title: q.title })} text={w('q.endText')} yes={w('q.end')} busy={end.isPending} error={end.error ? told(end.error, t) : undefined} onYes={() => void go()} onClose={() => setAsking(false)} />
    </li>
  )
}

/** NewQuest makes one, from a ready-made one if she likes. */
export function NewQuest() {
  const w = useWords(room)
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}><Icon name="plus" />{w('q.new')}</button>
      {open && <Form onClose={() => setOpen(false)} />}
    </>
  )
}

const blank = { action: 'visit' as Action, period: 'weekly' as QuestDraft['period'], goal: '1', points: '10', title: '', body: '', choices: '', from: '', until: '' }

function Form({ onClose }: { onClose: () => void }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { zone } = useWhen()
  const presets = usePresets(true).data ?? []
  const add = useAddQuest()
  const [d, setDraft] = useState(blank)
  const [tried, setTried] = useState(false)
  const set = (part: Partial<typeof d>) => setDraft({ ...d, ...part })
  const choices = d.choices.split('\n').map((c) => c.trim()).filter(Boolean)
  const ask = d.action === 'answer'
  const [goal, points] = [ask ? 1 : whole(d.goal, 1, 100), whole(d.points, 0, 10_000)]
  const server = wrongOf(add.error)
  const wrong = (name: string, mine?: string | false) => (tried && mine) || (server?.field === name ? server.text : undefined)
  const badChoices = ask && (choices.length < 2 || choices.length > 6)
  const go = async () => {
    setTried(true)
    if (!d.title.trim() || Number.isNaN(goal) || Number.isNaN(points) || badChoices) return
    const made = await add.do({ action: d.action, period: d.period, goal, points, title: d.title.trim(), body: d.body.trim(), choices: ask ? choices : [], starts_at: d.from ? fromInput(d.from, zone) : 0, ends_at: d.until ? fromInput(d.until, zone) : 0 })
    if (!made) return
    tell(w('q.made'))
    onClose()
  }
  const take = (at: string) => {
    const p = presets[Number(at)]
    if (p) setDraft({ ...blank, action: p.action, period: p.period, goal: String(p.goal), points: String(p.points), title: p.title, body: p.body ?? '', choices: (p.choices ?? []).join('\n') })
  }
  return (
    <Ask open title={w('q.new')} text={w('q.text')} yes={w('q.make')} busy={add.isPending} error={add.error && !server ? told(add.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      {presets.length > 0 && <SelectField name="q-preset" label={w('q.preset')} value="" onValue={take} options={[{ value: '', label: w('q.presetNone') }, ...presets.map((p, i) => ({ value: String(i), label: p.title }))]} />}
      <TextField name="q-title" label={w('q.title')} maxLength={40} wrong={wrong('title', !d.title.trim() && w('need'))} value={d.title} onValue={(title) => set({ title })} />
      <AreaField name="q-body" label={w('q.body')} rows={2} maxLength={300} wrong={wrong('body')} value={d.body} onValue={(body) => set({ body })} />
      <div className="field-pair">
        <SelectField name="q-action" label={w('q.what')} wrong={wrong('action')} value={d.action} onValue={(action) => set({ action: action as Action })} options={(['visit', 'redeem', 'review', 'answer'] as const).map((a) => ({ value: a, label: w(`action.${a}`) }))} />
        <SelectField name="q-period" label={w('q.period')} wrong={wrong('period')} value={d.period} onValue={(period) => set({ period: period as QuestDraft['period'] })} options={(['once', 'daily', 'weekly'] as const).map((p) => ({ value: p, label: w(`period.${p}`) }))} />
        {!ask && <TextField name="q-goal" label={w('q.goal')} inputMode="numeric" wrong={wrong('goal', Number.isNaN(goal) && w('number', { min: 1, max: 100 }))} value={d.goal} onValue={(value) => set({ goal: value })} />}
        <TextField name="q-points" label={w('pt.points')} inputMode="numeric" wrong={wrong('points', Number.isNaN(points) && w('number', { min: 0, max: '10,000' }))} value={d.points} onValue={(value) => set({ points: value })} />
      </div>
      {ask && <AreaField name="q-choices" label={w('q.choices')} hint={w('q.choicesHint')} rows={3} wrong={wrong('choices', badChoices && w('q.choicesWrong'))} value={d.choices} onValue={(value) => set({ choices: value })} />}
      <div className="field-pair">
        <TextField name="q-from" type="datetime-local" label={w('pt.from')} wrong={wrong('starts_at')} value={d.from} onValue={(from) => set({ from })} />
        <TextField name="q-until" type="datetime-local" label={w('pt.until')} wrong={wrong('ends_at')} value={d.until} onValue={(until) => set({ until })} />
      </div>
    </Ask>
  )
}
