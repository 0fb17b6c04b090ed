import { useState } from 'react'
import { useText, useWords } from '../../text'
import { fromInput, toInput } from '../../text/time'
import type { Task } from '../../types'
import { Ask } from '../../ui/ask'
import { TextField } from '../../ui/form'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useOwner, useWhen } from '../../ui/viewer'
import { useSettle, useUnknown } from './api'
import { room } from './words'

/** Unknown lists posts of which WeCom does not tell what became of them. They count as posted until somebody who looked says. */
export function Unknown() {
  const w = useWords(room)
  const owner = useOwner()
  const all = useUnknown(owner).data ?? []
  if (all.length === 0) return null
  return (
    <section className="card" aria-labelledby="unknown">
      <h2 id="unknown">{w('unknown.title')}</h2>
      <p className="muted small">{w('unknown.text')}</p>
      <ul className="task-unknown">{all.map((task) => <Row key={task.id} task={task} />)}</ul>
    </section>
  )
}

function Row({ task }: { task: Task }) {
  const w = useWords(room)
  const { say } = useWhen()
  const [asked, setAsked] = useState<'yes' | 'no'>()
  return (
    <li data-task={task.id}>
      <div>
        <p className="strong">{w('unknown.ask', { group: task.group_name })}</p>
        <p className="muted small">{[task.brand_name, task.offer_title, w('unknown.due', { when: say(task.due_at, task.zone) })].filter(Boolean).join(' · ')}</p>
        <details className="given"><summary>{w('unknown.copy')}</summary><blockquote className="copy small">{task.text}</blockquote></details>
      </div>
      <div className="actions">
        <button type="button" className="button" aria-label={`${w('unknown.yes')}: ${task.group_name}`} onClick={() => setAsked('yes')}>{w('unknown.yes')}</button>
        <button type="button" className="button" aria-label={`${w('unknown.no')}: ${task.group_name}`} onClick={() => setAsked('no')}>{w('unknown.no')}</button>
      </div>
      {asked === 'yes' && <Appeared task={task} onClose={() => setAsked(undefined)} />}
      {asked === 'no' && <Absent task={task} onClose={() => setAsked(undefined)} />}
    </li>
  )
}

interface Props { task: Task; onClose: () => void }

function Appeared({ task, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { now, say, zoneName } = useWhen()
  const settle = useSettle()
  const [at, setAt] = useState(toInput(Math.min(task.due_at, now), task.zone))
  const when = fromInput(at, task.zone)
  const wrong = !(when <= now && when >= task.created_at - 60_000)
  const go = async () => {
    if (wrong || !(await settle.do({ id: task.id, postedAt: Math.max(when, task.created_at) }))) return
    tell(w('posted.done', { group: task.group_name }))
    onClose()
  }
  return (
    <Ask open careful title={w('unknown.yesTitle', { group: task.group_name })} text={w('unknown.yesText')} yes={w('unknown.yesDo')} busy={settle.isPending}
      error={settle.error ? told(settle.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <TextField name="settled-at" type="datetime-local" label={w('posted.at')} hint={w('posted.atHint', { zone: zoneName(task.zone) })} value={at} onValue={setAt}
        wrong={wrong ? w('posted.atWrong', { from: say(task.created_at, task.zone) }) : undefined} min={toInput(task.created_at, task.zone)} max={toInput(now, task.zone)} />
    </Ask>
  )
}

function Absent({ task, onClose }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const settle = useSettle()
  const go = async () => {
    if (!(await settle.do({ id: task.id }))) return
    tell(w('unknown.freed'))
    onClose()
  }
  return (
    <Ask open careful title={w('unknown.noTitle', { group: task.group_name })} text={w('unknown.noText')} yes={w('unknown.noDo')} busy={settle.isPending}
      error={settle.error ? told(settle.error, t) : undefined} onYes={() => void go()} onClose={onClose} />
  )
}
