import { useState } from 'react'
import { Link } from 'wouter'
import { useConfirmTask } from '../api'
import { useText } from '../text'
import type { Task, Today } from '../types'
import { Ask } from '../ui/ask'
import { copyText } from '../ui/copy'
import { Icon } from '../ui/icons'
import { told } from '../ui/states'
import { useTell } from '../ui/toast'
import { useWhen } from '../ui/viewer'
import { WarningNeeds } from './warnings'

/** Needs is everything that waits for the organiser, the most pressing first. */
export function Needs({ today }: { today: Today }) {
  const { t } = useText()
  const tasks = [...today.tasks].sort((a, b) => a.due_at - b.due_at)
  const byHand = tasks.filter((task) => task.kind === 'ordinary')
  const nothing = today.approvals === 0 && byHand.length === 0 && today.dead_jobs === 0 && today.warnings === 0
  return (
    <section className="card" aria-labelledby="needs">
      <h2 id="needs">{t('today.needs')}</h2>
      {nothing && (
        <div className="calm">
          <span className="state-icon"><Icon name="leaf" size={20} /></span>
          <div><p className="strong">{t('today.clear')}</p><p className="muted">{t('today.clearText')}</p></div>
        </div>
      )}
      {today.dead_jobs > 0 && (
        <div className="need warn">
          <Icon name="alert" size={20} />
          <div><p className="strong">{t('today.dead', { n: today.dead_jobs })}</p><p className="muted">{t('today.deadText')}</p></div>
          <Link to="/system/jobs" className="button">{t('warn.go')}</Link>
        </div>
      )}
      {today.approvals > 0 && (
        <div className="need">
          <Icon name="approvals" size={20} />
          <div>
            <p className="strong">{t('today.approvals', { n: today.approvals })}</p>
            <p className="muted">{t('today.approvalsText')}</p>
          </div>
          <Link to="/approvals" className="button primary">{t('today.review')}</Link>
        </div>
      )}
      {today.warnings > 0 && <WarningNeeds />}
      {byHand.map((task) => <HandPost key={task.id} task={task} />)}
      <WithOwners tasks={tasks.filter((task) => task.kind === 'wecom')} />
    </section>
  )
}

/** Due is the hour after which a post must not go out any more. */
function Due({ at }: { at: number }) {
  const { t } = useText()
  const { now, say } = useWhen()
  if (at === 0) return null
  const over = at < now
  return <span className={over ? 'tag bad' : 'tag warn'}>{t(over ? 'task.over' : 'task.due', { when: say(at) })}</span>
}

/** WithOwners lists what WeCom has asked the owners for; there is nothing to do about it here. */
function WithOwners({ tasks }: { tasks: Task[] }) {
  const { t } = useText()
  if (tasks.length === 0) return null
  return (
    <div className="need">
      <Icon name="clock" size={20} />
      <div>
        <p className="strong">{t('task.withOwners', { n: tasks.length })}</p>
        <p className="muted">{t('task.wecomText')}</p>
        <ul className="with-owners">
          {tasks.map((task) => (
            <li key={task.id}><span>{task.group_name}</span><span className="muted">{task.offer_title}</span><Due at={task.due_at} /></li>
          ))}
        </ul>
      </div>
    </div>
  )
}

/** HandPost is a post the organiser forwards herself, since an ordinary group has no API. */
function HandPost({ task }: { task: Task }) {
  const { t } = useText()
  const tell = useTell()
  const confirm = useConfirmTask()
  const [asking, setAsking] = useState(false)
  const copy = async (text: string, done: string) => {
    const copied = await copyText(text)
    tell(copied ? done : t('task.notCopied'), copied ? 'good' : 'bad')
  }
  const booked = async () => {
    if (!(await confirm.do(task.id))) return
    setAsking(false)
    tell(t('task.booked', { group: task.group_name }))
  }
  return (
    <article className="need task">
      <Icon name="groups" size={20} />
      <div className="task-body">
        <h3 className="strong">{t('task.post', { group: task.group_name })}</h3>
        <p className="tags"><span className="muted">{task.brand_name} · {task.offer_title}</span><Due at={task.due_at} /></p>
        <p className="muted">{t('task.steps')}</p>
        <blockquote className="copy">{task.text}</blockquote>
        {task.card_path && (
          <p className="path">
            <span>{t('task.card')}</span><code>{task.card_path}</code>
            <button type="button" className="link" onClick={() => void copy(task.card_path, t('task.cardCopied'))}>{t('task.copyCard')}</button>
          </p>
        )}
        <div className="actions">
          <button type="button" className="button" onClick={() => void copy(task.text, t('task.copied'))}>
            <Icon name="copy" />{t('task.copy')}
          </button>
          <button type="button" className="button primary" onClick={() => setAsking(true)}><Icon name="check" />{t('task.done')}</button>
        </div>
      </div>
      <Ask open={asking} careful title={t('task.askTitle', { group: task.group_name })} text={t('task.askText')}
        yes={t('task.askYes')} no={t('task.askNo')} busy={confirm.isPending}
        error={confirm.error ? told(confirm.error, t) : undefined}
        onYes={() => void booked()} onClose={() => { setAsking(false); confirm.reset() }} />
    </article>
  )
}
