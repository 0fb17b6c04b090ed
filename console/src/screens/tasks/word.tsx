import { useState } from 'react'
import { useWords, useText } from '../../text'
import { fromInput, toInput } from '../../text/time'
import type { Task } from '../../types'
import { Ask } from '../../ui/ask'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { useConfirmTask, useSkipTask } from './api'
import { standing } from './standing'
import { room } from './words'

interface Props { task: Task; onDone: (task: Task) => void }

/** Posted is her word that a post is in its group, just now or at an earlier time. */
export function Posted({ task, onDone }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const { now, say, zoneName } = useWhen()
  const confirm = useConfirmTask()
  const [asking, setAsking] = useState(false)
  const [earlier, setEarlier] = useState(false)
  const [at, setAt] = useState('')
  const open = () => { setEarlier(false); setAt(toInput(now, task.zone)); setAsking(true) }
  const close = () => { setAsking(false); confirm.reset() }
  const when = fromInput(at, task.zone)
  const opened = task.opened_at || task.created_at
  const wrong = earlier && !(when <= now && when >= opened - 60_000)
  const late = task.due_at > 0 && (earlier ? when : now) > task.due_at
  const go = async () => {
    if (wrong) return
    // The field knows minutes only: one in which the task was opened is not before it.
    const ok = await confirm.do({ id: task.id, postedAt: earlier ? Math.max(when, opened) : undefined })
    if (!ok) return
    setAsking(false)
    tell(w('posted.done', { group: task.group_name }))
    onDone({ ...task, state: 'done', posted_at: earlier ? when : now })
  }
  const stopped = standing(task, now) === 'stopped'
  return (
    <>
      <button type="button" className={stopped ? 'button' : 'button primary'} onClick={open}><Icon name="check" />{w('posted.button')}</button>
      <Ask open={asking} careful title={w('posted.title', { group: task.group_name })} text={w('posted.text')} yes={w('posted.yes')} no={w('posted.no')}
        busy={confirm.isPending} error={confirm.error ? told(confirm.error, t) : undefined} onYes={() => void go()} onClose={close}>
        <div className="segments" role="group" aria-label={w('posted.when')}>
          {[false, true].map((x) => (
            <button key={String(x)} type="button" className="segment" aria-pressed={earlier === x} onClick={() => setEarlier(x)}>{w(x ? 'posted.earlier' : 'posted.now')}</button>
          ))}
        </div>
        {earlier && (
          <TextField name="posted-at" type="datetime-local" label={w('posted.at')} hint={w('posted.atHint', { zone: zoneName(task.zone) })}
            wrong={wrong ? w('posted.atWrong', { from: say(opened, task.zone) }) : undefined} value={at}
            min={toInput(opened, task.zone)} max={toInput(now, task.zone)} onValue={setAt} />
        )}
        {late && !wrong && <p className="notice warn">{w('posted.late', { until: say(task.due_at, task.zone) })}</p>}
      </Ask>
    </>
  )
}

const reasons = ['no_time', 'group_busy', 'not_fitting', 'other'] as const

/** Cannot gives a task back, so that its slot is free for others. */
export function Cannot({ task, onDone }: Props) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const skip = useSkipTask()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState<(typeof reasons)[number]>('no_time')
  const close = () => { setAsking(false); skip.reset() }
  const go = async () => {
    if (!(await skip.do({ id: task.id, reason }))) return
    setAsking(false)
    tell(w('cannot.done'))
    onDone({ ...task, state: 'cancelled', reason: 'owner_cannot' })
  }
  return (
    <>
      <button type="button" className="button quiet" onClick={() => setAsking(true)}>{w('cannot.button')}</button>
      <Ask open={asking} title={w('cannot.title', { group: task.group_name })} text={w('cannot.text')} yes={w('cannot.yes')} busy={skip.isPending}
        error={skip.error ? told(skip.error, t) : undefined} onYes={() => void go()} onClose={close}>
        <SelectField name="cannot" label={w('cannot.why')} value={reason} onValue={(v) => setReason(v as typeof reason)}
          options={reasons.map((r) => ({ value: r, label: w(`cannot.${r}`) }))} />
      </Ask>
    </>
  )
}
